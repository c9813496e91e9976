"""The page draws with the same plotly.js that the Python package carries, and set-up puts it where it is served."""

import gzip
import json
import re
from importlib.resources import files
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "static" / "vendor" / "plotly-cartesian.min.js"
NAME = "plotly.js-cartesian-dist-min"


def version_of(banner: str) -> str:
    match = re.search(r"plotly\.js (?:\([^)]*\) )?v(\d+\.\d+\.\d+)", banner)
    assert match, banner
    return match[1]


def test_the_page_and_python_draw_with_one_version() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    in_python = version_of((files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")[:300])
    assert manifest["dependencies"][NAME] == in_python
    assert lock["packages"][f"node_modules/{NAME}"]["version"] == in_python
    assert version_of(BUNDLE.read_text(encoding="utf-8")[:300]) == in_python


def test_compressed_copies_hold_the_same_bytes() -> None:
    content = BUNDLE.read_bytes()
    assert brotli.decompress(BUNDLE.with_suffix(".js.br").read_bytes()) == content
    assert gzip.decompress(BUNDLE.with_suffix(".js.gz").read_bytes()) == content


def test_the_licence_travels_with_the_library() -> None:
    assert "MIT" in (BUNDLE.parent / "plotly-LICENSE").read_text(encoding="utf-8")


def test_the_lock_names_no_place() -> None:
    # a lock that names one registry's addresses installs nowhere else
    assert "http" not in re.sub(r'"url": "[^"]*"', "", (ROOT / "package-lock.json").read_text(encoding="utf-8"))
