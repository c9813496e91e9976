"""The set-up compiles what serving and training load, whatever the user's environment says, and no more."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# a script beside others, run as one
SCRIPT = "import sys; sys.path.insert(0, 'scripts'); import install; {}install.compile_bytecode(everything=False)"


def compile_bytecode(cache: Path, change: str = "") -> subprocess.CompletedProcess[str]:
    """Compile into `cache`, in an environment that asks for no bytecode."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", SCRIPT.format(change)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_what_is_loaded_is_compiled_and_nothing_else(tmp_path: Path) -> None:
    answer = compile_bytecode(tmp_path, "install.LOAD = 'import colorsys'; ")
    assert answer.returncode == 0, answer.stderr
    written = {path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert "colorsys" in written
    assert "fastapi" not in written


def test_the_list_loads_the_server_and_a_training() -> None:
    loaded = "install.LOAD += '; import sys; print(*sys.modules)'; "
    command = [sys.executable, "-c", SCRIPT.format(loaded)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert {"torch", "torch.optim.sgd", "sqlalchemy", "fastapi", "uvicorn", "numpy"} <= set(answer.stdout.split())


def test_a_product_that_does_not_load_ends_the_set_up(tmp_path: Path) -> None:
    answer = compile_bytecode(tmp_path, "install.LOAD = 'import no_such_module'; ")
    assert answer.returncode == 1
    assert "no_such_module" in answer.stderr
