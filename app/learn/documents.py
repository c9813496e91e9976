"""The documents of docs/ as pages of the server: a class without internet reads them too."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from skipscope.app.learn.markdown import render
from skipscope.app.page.paths import ROOT

DOCS = ROOT / "docs"
FIRST = ("glossary", "measures", "architectures", "datasets", "lessons", "workshop", "your-model", "recorder", "api")
"""Those that a reader of the page wants, in this order; all others follow by name."""


@dataclass(frozen=True)
class Document:
    """A document: its name in addresses, its title, and its text as HTML."""

    name: str
    title: str
    html: str


@lru_cache(maxsize=1)
def documents() -> dict[str, Document]:
    """Return all documents by their names."""
    paths = {path.stem: path for path in sorted(DOCS.glob("*.md"))}
    found: dict[str, Document] = {}
    for name in dict.fromkeys(chain((one for one in FIRST if one in paths), paths)):
        text = paths[name].read_text(encoding="utf-8")
        found[name] = Document(name, text.partition("\n")[0].removeprefix("# "), render(text, _lead))
    return found


def _lead(href: str) -> str | None:
    """Return where a link of a document leads on the server; None if only a clone has it."""
    path, hash_, anchor = href.partition("#")
    if ":" in path or not path:
        return href
    if "/" not in path and path.endswith(".md"):
        return f"/docs/{path.removesuffix('.md')}{hash_}{anchor}"
    if path.startswith("../templates/lessons/"):
        return f"/learn/{path.split('/')[3].partition('-')[2]}"
    return None
