"""Summaries as the bytes that are sent: written once for each architecture and format, the latest kept."""

import hashlib
from collections import OrderedDict
from typing import Any, NamedTuple

import orjson

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.summary import summarize
from skipscope.model.formats import FORMATS

LIMIT = 64 * 2**20


class Document(NamedTuple):
    """A summary in one format. The tag is that of exactly these bytes, in quotes."""

    body: bytes
    media_type: str
    tag: str


def write(architecture: Architecture, form: str) -> Document:
    """Summarise an architecture and write it in a format: json or one of FORMATS."""
    summary = summarize(architecture)
    if form == "json":
        media_type, body = "application/json", _encode(summary.to_dict())
    else:
        media_type, text = FORMATS[form]
        body = text(summary).encode()
    return Document(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _encode(data: dict[str, Any]) -> bytes:
    """Write JSON; the layers are the nodes too, and are encoded once."""
    layers = orjson.Fragment(orjson.dumps(data["layers"]))
    return orjson.dumps({**data, "layers": layers, "graph": {**data["graph"], "nodes": layers}})


class Summaries:
    """The latest documents, at most so many bytes of them."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit, self.size = limit, 0
        self._known: OrderedDict[tuple[Architecture, str], Document] = OrderedDict()

    def find(self, architecture: Architecture, form: str) -> Document | None:
        """Return a document that was written before, or none."""
        found = self._known.get((architecture, form))
        if found is not None:
            self._known.move_to_end((architecture, form))
        return found

    def keep(self, architecture: Architecture, form: str, document: Document) -> None:
        """Keep a document, and forget those that were not asked for the longest time."""
        if (architecture, form) in self._known or len(document.body) > self.limit:
            return
        self._known[architecture, form] = document
        self.size += len(document.body)
        while self.size > self.limit:
            _, gone = self._known.popitem(last=False)
            self.size -= len(gone.body)
