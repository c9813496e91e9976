"""The Dockerfile is clean, and its context holds what the image is made from and nothing else."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.serving import serving

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = [line for line in DOCKERFILE.replace("\\\n", "").splitlines() if line and not line.startswith("#")]


def stages() -> list[list[str]]:
    """Return the steps of each stage, its FROM first."""
    found: list[list[str]] = [[]]
    for step in STEPS:
        if step.startswith("FROM "):
            found.append([])
        found[-1].append(step)
    return found[1:]


@pytest.mark.skipif(sys.platform == "win32", reason="hadolint has no build for Windows in the package index")
def test_hadolint_finds_nothing() -> None:
    program = Path(sys.executable).with_name("hadolint")
    answer = subprocess.run([program, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_copied_path_is_let_into_the_context() -> None:
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if re.match(r"COPY (?!--from)", line)]
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    names = [name for names in copied for name in names]
    assert names != []
    assert [name for name in names if not any(name == path or name.startswith(f"{path}/") for path in allowed)] == []
    assert [path for path in allowed if not (ROOT / path).exists()] == []


def test_the_version_is_the_projects() -> None:
    text = (ROOT / "package" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"', text, re.MULTILINE)
    assert version
    assert f"ARG VERSION={version[1]}\n" in DOCKERFILE


def test_requirements_are_the_projects(tmp_path: Path) -> None:
    script = tmp_path / "requirements.py"
    script.write_text((ROOT / "deploy" / "requirements.py").read_text(encoding="utf-8"))
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    answer = subprocess.run([sys.executable, script, "ray"], capture_output=True, text=True, check=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert answer.stdout.splitlines() == project["dependencies"] + extras["server"] + extras["ray"]


def test_everything_is_installed_from_where_the_builder_says() -> None:
    installing = [(stage, step) for stage in stages() for step in stage if "pip install" in step]
    assert len(installing) >= 3
    for stage, step in installing:
        # another index or none at all, and a folder of wheels: what builds our own wheel as well
        assert "--find-links /wheels ${PIP_EXTRA_ARGS}" in step
        assert "--mount=type=bind,from=wheels,target=/wheels" in step
        assert any(line.startswith("ARG PIP_EXTRA_ARGS=") for line in stage), stage[0]


def test_a_folder_for_a_closed_network_holds_all_that_is_installed() -> None:
    # a script beside others, run as one
    code = "import sys; sys.path.insert(0, 'scripts'); import wheels; print(*wheels.requirements(['ray']), sep='\\n')"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    collected = set(answer.stdout.splitlines())
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    extras = project["optional-dependencies"]
    assert {*project["dependencies"], *extras["server"], *extras["ray"]} <= collected
    assert set(declared["build-system"]["requires"]) <= collected
    named = {word for step in STEPS if "pip install" in step for word in re.findall(r'"(\S+==\S+)"', step)}
    assert named != set()
    assert named <= collected


def test_what_changes_often_comes_after_the_large_layers() -> None:
    build = next(stage for stage in stages() if stage[0].endswith(" AS build"))
    assert [step for step in build if step.startswith("COPY") and "pyproject" in step] == []
    final = stages()[-1]
    large = final.index("COPY --from=stripped /opt/venv /opt/venv")
    # a changed argument or label makes all that follows anew
    assert [step for step in final[:large] if step.startswith(("ARG", "LABEL", "COPY"))] == []


def test_compiled_sums_move_nothing_large_and_bring_no_compiler() -> None:
    found = stages()
    native = next(stage for stage in found if stage[0] == "FROM ${COMPILER_IMAGE} AS native")
    # compiled anew for its own sources only, and for another torch; without a compiler the build goes on
    assert [step for step in native if step.startswith("COPY") and "--from" not in step] == [
        "COPY model/measure/native skipscope/model/measure/native"
    ]
    assert any(step.startswith("COPY --from=build") and "/torch/version.py" in step for step in native)
    assert native[-1].endswith("native.build skipscope/model/measure/native || true")
    final = found[-1]
    assert final[0] == "FROM ${BASE_IMAGE}"
    assert [step for step in final if "native" in step] == [
        "COPY --from=compiled /compiled /opt/skipscope/skipscope/model/measure/native"
    ]
    # code, which changes more often, comes after it
    assert final.index("COPY --from=compiled /compiled /opt/skipscope/skipscope/model/measure/native") < final.index(
        "COPY --from=project /opt/skipscope /opt/skipscope"
    )


def test_the_compiler_is_of_the_bases_python() -> None:
    given = dict(step.removeprefix("ARG ").split("=", 1) for step in STEPS[: STEPS.index("FROM scratch AS wheels")])
    # Docker's two images of one Python have the same Debian
    assert given["BASE_IMAGE"] == f"{given['COMPILER_IMAGE']}-slim"
    # what was compiled on another Debian all the same must load on the base, or stays out
    compiled = next(stage for stage in stages() if stage[0] == "FROM ${BASE_IMAGE} AS compiled")
    assert "from skipscope.model.measure import native; raise SystemExit(native.load() is None)" in compiled[-1]


def test_the_health_check_asks_the_server_itself(tmp_path: Path) -> None:
    (check,) = (step for step in stages()[-1] if step.startswith("HEALTHCHECK"))
    command = [sys.executable, *json.loads(check[check.index("CMD ") + 4 :])[1:]]
    # Docker hands the proxy of a school's network to every container
    proxies = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    with serving(tmp_path) as (url, _):
        own = os.environ | proxies | {"SKIPSCOPE_PORT": url.rpartition(":")[2]}
        assert subprocess.run(command, env=own, check=False, timeout=30).returncode == 0
    gone = subprocess.run(command, env=own, check=False, timeout=30, capture_output=True)
    assert gone.returncode != 0
