"""Make few files of the page's many modules, with esbuild, into `static/vendor/page/`: those that an installed page
loads, and those that a page without a server and a view in a notebook have in them. `bundle.json` says of which sources
they were made.
"""

import gzip
import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
FOLDER = STATIC / "vendor" / "page"
TOGETHER = (("explore",), ("runs",), ("learn",), ("lab",), ("room",))
"""Entries that a browser loads, and which of them share files. Parts that come later are files of their own, and so is
each part that two of them share: pages that share little with one another load fewer files apart."""
SPLIT = ("--splitting", "--chunk-names=[name]-[hash]")
PAGES = tuple(name for names in TOGETHER for name in names)
ALONE = ("alone", "notebook")
"""Entries that have all that they need in one module: a page that asks for nothing, and a view in a notebook."""
TARGET = "es2022"
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def package() -> str:
    """Return the name of the package with esbuild's program for this machine."""
    machine = platform.machine().lower()
    return f"@esbuild/{sys.platform}-{MACHINES.get(machine, machine)}"


def program() -> Path:
    """Return esbuild's program, as npm or vendor.py put it."""
    folder = ROOT / "node_modules" / package()
    return folder / "esbuild.exe" if sys.platform == "win32" else folder / "bin" / "esbuild"


def is_current() -> bool:
    """Say whether the files are those of the sources as they are."""
    try:
        known = json.loads((FOLDER / "bundle.json").read_text(encoding="utf-8"))
        return all(_digest(STATIC / name) == digest for name, digest in known["sources"].items())
    except FileNotFoundError:
        return False


def build() -> None:
    """Make all files anew; they appear together."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as scratch:
        made = Path(scratch)
        pages = [run(made, names, *SPLIT) for names in TOGETHER]
        outputs = {path: output for found in pages for path, output in found["outputs"].items()}
        alone = [run(made, (name,)) for name in ALONE]
        sources = sorted({source for found in (*pages, *alone) for source in found["inputs"]})
        known = {
            "sources": {name.removeprefix("static/"): _digest(ROOT / name) for name in sources},
            "pages": {name: _loaded(outputs, f"{name}.js") for name in PAGES},
        }
        for path in list(made.iterdir()):
            if path.stem not in ALONE:  # which are sent inside of a page or a message
                _compress(path)
        (made / "bundle.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(FOLDER, ignore_errors=True)
        made.chmod(0o755)
        shutil.copytree(made, FOLDER)


def run(folder: Path, names: tuple[str, ...], *options: str) -> dict[str, dict[str, dict[str, list[dict[str, str]]]]]:
    """Bundle pages into a folder; return what esbuild says of inputs and outputs."""
    said = folder / "meta.json"
    command = [
        str(program()), *(f"static/js/pages/{name}.js" for name in names), "--bundle", "--format=esm", "--minify",
        "--charset=utf8", "--legal-comments=none", "--log-level=warning", f"--target={TARGET}", f"--outdir={folder}",
        f"--metafile={said}", *options,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    found = json.loads(said.read_text(encoding="utf-8"))
    said.unlink()
    return found


def _loaded(outputs: dict[str, dict[str, list[dict[str, str]]]], entry: str) -> list[str]:
    """Name an output and all that it imports at once."""
    by_name = {Path(path).name: output for path, output in outputs.items()}
    found = [entry]
    for name in found:
        at_once = [one["path"] for one in by_name[name]["imports"] if one["kind"] == "import-statement"]
        found += [Path(path).name for path in at_once if Path(path).name not in found]
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _compress(path: Path) -> None:
    try:
        import brotli  # noqa: PLC0415 (only installed once the environment is complete)
    except ImportError:
        return
    content = path.read_bytes()
    path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content, quality=11))
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


if __name__ == "__main__":
    build()
