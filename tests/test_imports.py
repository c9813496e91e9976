"""Imports run one way, and the process that serves the web never takes in PyTorch."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# the modules that run in worker processes, and those alone, may
WITH_TORCH = {
    "skipscope.app.executors.fork_server",
    "skipscope.app.executors.preload",
    "skipscope.app.executors.worker",
}
LIST_MODULES = """
import importlib, json, pkgutil, sys, skipscope.app as app
found = {}
for module in pkgutil.walk_packages(app.__path__, "skipscope.app."):
    if module.name in WITH_TORCH or module.name.endswith("__main__"):
        continue
    importlib.import_module(module.name)
    if "torch" in sys.modules:
        print(json.dumps(module.name)); break
else:
    print("null")
"""


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_web_process_imports_no_torch() -> None:
    script = LIST_MODULES.replace("WITH_TORCH", repr(WITH_TORCH))
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1]) is None


def test_describing_a_network_imports_no_torch() -> None:
    script = (
        "import sys; from skipscope import Architecture, preset, summarize, resolve; summarize(preset('resnet50'));"
        "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
