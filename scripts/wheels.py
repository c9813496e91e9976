"""Collect in a folder what building the image takes from the internet: wheels of this Python and this machine,
the page's libraries and esbuild. `docker build --build-context wheels=FOLDER --build-arg PIP_EXTRA_ARGS=--no-index .`
then asks nobody.

    wheels.py FOLDER [EXTRA…]
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import vendor
from install import CONSTRAINTS, ROOT, TORCH_CPU, reachable


def requirements(extras: list[str]) -> list[str]:
    """Return all packages that the Dockerfile installs: needed ones, builders of the wheel, others pinned there."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    return [
        *project["dependencies"],
        *project["optional-dependencies"]["server"],
        *(item for name in extras for item in project["optional-dependencies"][name]),
        *declared["build-system"]["requires"],
        *re.findall(r'"([\w-]+==[^"]+)"', dockerfile),
    ]


def collect(folder: Path, extras: list[str]) -> None:
    """Fill the folder, on Linux with PyTorch's CPU build where its index answers."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    options = ["--extra-index-url", TORCH_CPU] if reachable(TORCH_CPU) else []
    wanted = ["-c", str(CONSTRAINTS), "--dest", str(folder), *requirements(extras)]
    subprocess.run([*pip, *options, *wanted], check=True)
    for package in vendor.packages():
        name, content = vendor.archive(folder, package)
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("usage: wheels.py FOLDER [EXTRA…]")
    collect(Path(sys.argv[1]), sys.argv[2:])
