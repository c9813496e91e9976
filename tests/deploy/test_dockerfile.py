"""The Dockerfile is clean, and its context holds what the image is made from and nothing else."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


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
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert f"ARG VERSION={version[1]}\n" in DOCKERFILE


def test_requirements_are_the_projects(tmp_path: Path) -> None:
    script = tmp_path / "requirements.py"
    script.write_text((ROOT / "deploy" / "requirements.py").read_text(encoding="utf-8"))
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    answer = subprocess.run([sys.executable, script, "ray"], capture_output=True, text=True, check=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert answer.stdout.splitlines() == project["dependencies"] + project["optional-dependencies"]["ray"]
