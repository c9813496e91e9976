"""Make the virtual environment, with any Python 3.11+ and nothing but its standard library.

Debian and Ubuntu ship Python without `ensurepip`; there pip itself is taken from PyPI, checked against its digest.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urljoin

PIP_JSON = "https://pypi.org/pypi/pip/json"


def make(folder: Path) -> None:
    """Make a virtual environment with pip in `folder`, replacing what is there."""
    with_pip = importlib.util.find_spec("ensurepip") is not None
    venv.create(folder, with_pip=with_pip, clear=True, symlinks=sys.platform != "win32")
    if not with_pip:
        _install_pip(folder)


def _install_pip(folder: Path) -> None:
    with urllib.request.urlopen(PIP_JSON, timeout=60) as answer:
        wheel = next(file for file in json.load(answer)["urls"] if file["packagetype"] == "bdist_wheel")
    with urllib.request.urlopen(urljoin(PIP_JSON, wheel["url"]), timeout=60) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        raise SystemExit(f"{wheel['filename']} does not have the digest that PyPI names; try again")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / wheel["filename"]
        path.write_bytes(content)
        command = [str(folder / "bin" / "python"), f"{path}/pip", "install", "--quiet", "--no-index", str(path)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
