"""Other people's training loops and networks: the tests that need their packages, run where these are installed."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).resolve()
ALONE = "timm==1.0.31"
"""It brings torchvision, which has no build for the CPU alone in every index: it comes without what it needs."""
NEEDS = re.compile(r'importorskip\("(?:accelerate|pytorch_lightning|tensorboard|timm|transformers)')
FILES = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if NEEDS.search(path.read_text(encoding="utf-8")))
pytestmark = pytest.mark.package


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the packages beside those of this environment, which stays as it is; return the interpreter."""
    folder = tmp_path_factory.mktemp("loops")
    subprocess.run([sys.executable, ROOT / "scripts" / "environment.py", folder], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    theirs = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
    Path(theirs, "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT / '.clone'}\n", encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", ROOT / "constraints.txt"]
    subprocess.run([*pip, *extras["loops"]], check=True)
    subprocess.run([*pip, "--no-deps", ALONE], check=True)
    return python


def test_files_are_found() -> None:
    names = {path.name for path in FILES if path != OWN}
    assert {"test_lightning.py", "test_transformers.py", "test_tensorboard.py", "test_timm.py"} <= names


@pytest.mark.timeout(300)
@pytest.mark.parametrize("file", [path for path in FILES if path != OWN], ids=lambda path: path.stem)
def test_none_is_skipped_and_all_pass(python: Path, file: Path) -> None:
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", file]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^\d+ passed[^,]* in ", ran.stdout, re.MULTILINE), ran.stdout
