"""The page's modules as few files, which scripts/bundle.py makes of them. In a clone whose modules were changed since
then they are made anew where a page has to have them in it; the page itself then loads its modules."""

import hashlib
import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
FOLDER = STATIC / "vendor" / "page"
BUNDLER = ROOT / "scripts" / "bundle.py"


class BundleMissing(RuntimeError):  # noqa: N818  (what is so, not what went wrong)
    """The page's modules are not bundled, or were changed since they were."""

    def __init__(self) -> None:
        super().__init__(
            f"The page's modules in {STATIC / 'js'} were changed since they were bundled, or never were, and esbuild, "
            "which bundles them, is not here. Install it with `make setup`, or install Skipscope anew."
        )


def loaded_by(page: str) -> list[str] | None:
    """Name the files that a page loads at once, the entry first; None where they are not those of the modules."""
    known = _current()
    return None if known is None else [f"vendor/page/{name}" for name in known["pages"][page]]


def alone() -> str:
    """Return the script of a page that asks for nothing; raise BundleMissing where there is none."""
    return _made("alone")


def notebook() -> str:
    """Return the module of a view in a notebook; raise BundleMissing where there is none."""
    return _made("notebook")


def _made(name: str) -> str:
    if _current() is None:
        if not BUNDLER.is_file():
            raise BundleMissing
        done = subprocess.run([sys.executable, str(BUNDLER)], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode or _current() is None:
            raise BundleMissing
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")


def _current() -> dict[str, Any] | None:
    """Return what is known of the bundle, if it is of the modules as they are."""
    try:
        known = json.loads((FOLDER / "bundle.json").read_text(encoding="utf-8"))
        current = all(_digest(STATIC / name) == digest for name, digest in known["sources"].items())
    except FileNotFoundError:
        return None
    return known if current else None


def _digest(path: Path) -> str:
    return _digest_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _digest_of(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
