"""The glossary as the page asks for it when somebody wants an explanation: JSON under its digest."""

import hashlib
from typing import Any

import orjson

from skipscope.app.learn.documents import documents
from skipscope.app.learn.glossary import Entry, Explained, Glossary, anchor_of
from skipscope.app.learn.shelf import Shelf


class Help:
    """The words as JSON, under an address that a browser keeps for ever; and the tour, which Explore has in it."""

    def __init__(self, glossary: Glossary, shelf: Shelf) -> None:
        self.words = orjson.dumps(_words(glossary, shelf))
        self.tour = _tour(glossary, shelf)
        self.digest = hashlib.sha256(self.words).hexdigest()[:12]
        self.url = f"/glossary/{self.digest}.json"


def _chapter(one: Entry, shelf: Shelf) -> dict[str, str] | None:
    """Return the link to the chapter that an entry names; a folder of own chapters may have others."""
    found = shelf.chapters.get(one.chapter or "")
    return found and {"title": found.lesson.title, "href": f"/learn/{found.name}"}


def _tour(glossary: Glossary, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "title": one.title, "says": one.says, "chapter": _chapter(one, shelf)} for one in glossary.tour
    ]


def _words(glossary: Glossary, shelf: Shelf) -> dict[str, Any]:
    """Return all that Help and explanations show: terms and parts by name, keys, chapters and documents."""

    def explained(one: Explained, title: str) -> dict[str, Any]:
        terms = [anchor_of(term) for term in one.terms]
        return {"title": title, "says": one.says, "terms": terms, "chapter": _chapter(one, shelf)}

    parts = {one.part: explained(one, one.title) for one in glossary.parts}
    settings = {f"setting-{one.setting}": explained(one, "") for one in glossary.settings}
    return {
        "terms": [
            {"name": one.name, "term": one.term, "also": one.also, "says": one.says, "more": _href(one.more),
             "chapter": _chapter(one, shelf)}
            for one in glossary.terms
        ],
        "parts": parts | settings,
        "keys": [one.model_dump() for one in glossary.keys],
        "chapters": [
            {"title": one.lesson.title, "href": f"/learn/{name}", "number": int(one.folder.name[:2])}
            for name, one in shelf.chapters.items()
        ],
        "docs": [{"title": one.title, "href": f"/docs/{name}"} for name, one in documents().items()],
    }  # fmt: skip


def _href(more: str | None) -> str | None:
    return more and f"/docs/{more.replace('.md', '')}"
