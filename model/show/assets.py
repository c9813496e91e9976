"""The files that a view in a notebook is made of, packed: the page's modules as one module, its styles, plotly.js."""

import gzip
import re
from functools import lru_cache

from skipscope.model.formats.bundle import STATIC, notebook

STYLES = ("base", "page", "diagram", "charts", "controls", "outside", "cell")
LOADER = STATIC / "js" / "pages" / "notebook-loader.js"
PLOTLY = STATIC / "vendor" / "plotly-basic.min.js"
CONTAINER = "skipscope"
MEDIA = re.compile(r"@media ([^{]+)\{")
NEVER = "(width < 0px)"


@lru_cache(maxsize=1)
def module() -> bytes:
    """Return the page's modules as one module, packed. Raise BundleMissing in a clone without esbuild."""
    return _pack(notebook())


@lru_cache(maxsize=1)
def styles() -> bytes:
    """Return the page's styles for a shadow root, packed."""
    return _pack(in_cell("\n".join((STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)))


@lru_cache(maxsize=1)
def plotly() -> bytes:
    """Return plotly.js, packed."""
    packed = PLOTLY.with_name(f"{PLOTLY.name}.gz")
    return packed.read_bytes() if packed.is_file() else _pack(PLOTLY.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def loader() -> str:
    """Return the small module that every view has."""
    return LOADER.read_text(encoding="utf-8")


def in_cell(css: str) -> str:
    """Return styles of a page as those of a part of one: the root is the host of a shadow tree, the window's width is
    that of the part, and what depends on the window's height is left out."""
    css = re.sub(r":root\[(data-theme=[^\]]+)\]", r":host([\1])", css)
    css = css.replace(":root", ":host")
    css = re.sub(r"(^|\})(\s*)html(?=\s*\{)", r"\1\2:host", css)
    css = re.sub(r"(^|\n)(\s*)body\b[^{]*\{[^}]*\}", r"\1", css)
    return MEDIA.sub(lambda found: _query(found[1].strip()), css)


def _query(media: str) -> str:
    parts = [part.strip() for part in media.split(",")]
    if not any("width" in part or "height" in part for part in parts):
        return f"@media {media} {{"
    kept = [part for part in parts if "height" not in part] or [NEVER]
    joined = kept[0] if len(kept) == 1 else " or ".join(f"({part})" if " and " in part else part for part in kept)
    return f"@container {CONTAINER} {joined} {{"


def _pack(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)
