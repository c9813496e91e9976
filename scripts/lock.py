"""Resolve every dependency anew and write the exact versions to constraints.txt (`make lock`).

The file holds for all platforms: a version that a platform does not need is not installed there.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# the newest version that every supported platform has; moved by hand, since its size and speed must be looked at
TORCH = "torch==2.13.0"
# what only PyTorch's CUDA builds bring in: pinned by torch itself
CUDA = re.compile(r"nvidia-|cuda-|triton")
HEADER = "# Exact versions of all dependencies, made by `make lock` (scripts/lock.py). Do not edit.\n"


def resolve() -> dict[str, str]:
    """Return the newest fitting version of each package that the project and its extras need."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
    arguments = ["--ignore-installed", "--report", "-", TORCH, "-e", f"{ROOT}[dev,ray,loops]"]
    report = json.loads(subprocess.run([*command, *arguments], check=True, capture_output=True).stdout)
    packages = (item["metadata"] for item in report["install"])
    return {re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"] for package in packages}


if __name__ == "__main__":
    versions = resolve()
    del versions["skipscope"]
    lines = [f"{name}=={version.split('+')[0]}\n" for name, version in sorted(versions.items()) if not CUDA.match(name)]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines), encoding="utf-8")
