# `make help` lists what there is. Everything is installed below .venv and node_modules; the system's Python is left alone.
SHELL := /bin/sh
# what one process compiles, those that it starts and those that come later read
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000
# of the tests: one more than two cores, since a test that waits for a server or a browser leaves its core to others
WORKERS ?= 3

BIN := .venv/bin
NATIVE := $(wildcard model/measure/native/*.cpp model/measure/native/*.h) model/measure/native/build.py
LOCKS := pyproject.toml constraints.txt package.json package-lock.json
NODE = PATH="$$($(BIN)/python scripts/vendor.py node):$$PATH"
# each file's tests on one worker, so that what they share is made once
SHARED = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# processes and browsers compete for the machine: a test that fails runs once more, alone, and its name is printed
TWICE = run() { "$$@" $(SHARED) || { [ $$? -eq 1 ] && \
	printf '\n%s\n' 'Failed. Each that failed runs once more, alone; mend the cause of one that passes now:' && \
	"$$@" -v --last-failed --last-failed-no-failures none; }; }; run env OMP_NUM_THREADS=1 \
	SKIPSCOPE_CHROMIUM="$$($(BIN)/python scripts/chromium.py)" $(BIN)/python -m pytest
JS_TESTS = $$(find tests/js -name '*.test.js' | sort)

.DEFAULT_GOAL := help
.PHONY: help setup run develop check format test test-python test-page test-core slow-test coverage fuzz simulate ray-test package-test image-test bench screenshot notebook recordings claims teaching audit lock wire glossary clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready ## install what running needs, without running it

run: .venv/ready ## set up and serve the page at http://127.0.0.1:8000 (HOST=, PORT= change that)
	@exec $(BIN)/skipscope serve --host $(HOST) --port $(PORT)

develop: .venv/developed ## install what tests and checks need, Chromium included

check: .venv/developed ## lint, formats, types of both languages, import contracts, generated files, docs; print the coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright
	$(NODE) node_modules/.bin/tsc -p tsconfig.json
	$(NODE) node_modules/.bin/biome ci
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_docs.py tests/test_files.py tests/test_wire.py
	$(BIN)/python -m scripts.covered --check

format: .venv/developed ## write the code in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE) node_modules/.bin/biome check --write

test: test-python test-page ## set up and run the tests, those in a real browser included

test-python: .venv/developed
	@$(TWICE) -m "not image and not ray and not package and not slow and not claims"

test-core: .venv/developed ## the quick part of the tests: the model without its experiments and `watch`, and the repository's own rules
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(SHARED) -m "not slow and not claims" tests/model --ignore tests/model/experiments --ignore tests/model/watch tests/test_files.py tests/test_docs.py tests/test_imports.py tests/test_vendor.py

slow-test: .venv/developed ## what takes long and seldom breaks: loads, silent readers, every preset's layout, Learn's claims
	@$(TWICE) -m "slow and not claims and not image and not ray and not package"

test-page: .venv/developed
	$(NODE) node --test $(JS_TESTS)

coverage: .venv/developed ## measure which lines the tests run, in twice their time; `make check` prints the figures
	SKIPSCOPE_CHROMIUM="$$($(BIN)/python scripts/chromium.py)" $(BIN)/python -m scripts.covered

fuzz: .venv/developed ## 10,000 hostile requests made from the API's own description, and 20,000 of bytes below HTTP
	SKIPSCOPE_FUZZ_CASES=10000 SKIPSCOPE_HYPOTHESIS=explore $(BIN)/python -m pytest -q --timeout 3600 tests/app/test_fuzz.py tests/app/test_raw_fuzz.py

simulate: .venv/developed ## 100,000 schedules of workers that die, disks that fail and clients that leave (SKIPSCOPE_SCHEDULES, SKIPSCOPE_SEED)
	SKIPSCOPE_SCHEDULES=$${SKIPSCOPE_SCHEDULES:-100000} $(BIN)/python -m pytest -q --timeout 3600 -n $(WORKERS) tests/app/jobs/test_simulation.py

ray-test: .venv/developed ## the tests on real Ray clusters on this machine, where Ray is installed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -p no:cacheprovider -m ray tests/app/executors tests/deploy

package-test: .venv/developed ## build the package, install it into empty environments and use it there
	SKIPSCOPE_CHROMIUM="$$($(BIN)/python scripts/chromium.py)" $(BIN)/python -m pytest -p no:cacheprovider -m package tests/package

image-test: .venv/developed ## build the container image, run it as in production and use it in a browser
	$(BIN)/python -m pytest -p no:cacheprovider -m image -rA tests/image

bench: .venv/developed ## measure; tables are printed and appended to benchmarks/results
	for name in summary recorder verdicts training memory first fork load exports classroom room learn landscape experiments; do $(BIN)/python -m benchmarks.$$name || exit 1; done
	$(BIN)/python -m benchmarks.classroom --hostile
	$(BIN)/python -m benchmarks.page --deep --memory 10000

screenshot: .venv/developed ## take the pictures of the docs anew
	$(BIN)/python scripts/screenshot.py
	$(BIN)/python scripts/own_run.py

claims: .venv/developed ## measure all that Learn's chapters claim, trainings included (minutes); write the numbers down
	OMP_NUM_THREADS=1 $(BIN)/python -m scripts.claims
	$(BIN)/python -m scripts.teaching

teaching: .venv/developed ## write what chapters and measurements say into the instructor's pages, and the task sheet
	$(BIN)/python -m scripts.teaching

notebook: .venv/developed ## run the worked notebook and keep its outputs in it
	OMP_NUM_THREADS=1 $(BIN)/python -m scripts.notebook

recordings: .venv/developed ## measure the figures of Learn's chapters anew
	$(BIN)/python -m scripts.recordings

audit: .venv/developed ## known vulnerabilities of the dependencies, and their bill of materials in dist/
	$(BIN)/python scripts/audit.py

lock: .venv/developed ## resolve all dependencies anew into constraints.txt
	$(BIN)/python scripts/lock.py

wire: .venv/developed ## write static/js/wire.d.ts anew from the server's models
	$(BIN)/python scripts/wire.py

glossary: .venv/developed ## write docs/glossary.md anew from templates/glossary.yaml
	$(BIN)/python -m scripts.glossary

clean: ## remove everything that was installed or built
	rm -rf .venv node_modules static/vendor dist model/measure/native/*.so .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp says that its installation was completed with the present locks.
.venv/made:
	@python=$$(PYTHON="$(PYTHON)" sh scripts/python.sh) && "$$python" scripts/environment.py .venv
	@touch $@

.venv/ready: .venv/made $(LOCKS) $(NATIVE) scripts/install.py scripts/vendor.py scripts/bundle.py
	@$(BIN)/python scripts/install.py run
	@touch $@

.venv/developed: .venv/made $(LOCKS) $(NATIVE) scripts/install.py scripts/vendor.py scripts/bundle.py scripts/chromium.py
	@$(BIN)/python scripts/install.py dev
	@$(BIN)/python scripts/chromium.py --install
	@touch .venv/ready $@
