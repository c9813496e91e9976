"""Summaries as they are sent: written and compressed once for each architecture and format, the latest kept."""

import hashlib
from collections import OrderedDict
from typing import Any, NamedTuple

import orjson

from skipscope.app.page.packing import LEAST, pack
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.summary import summarize
from skipscope.model.formats import FORMATS

LIMIT = 12 * 2**20
JSON = "application/json"
QUALITY = 5
"""ResNet-1202 as the page reads it: 47 kB in 10 ms; at 9 the same in 40 ms."""


class Sent(NamedTuple):
    """A document as it is sent. The tag is that of exactly these bytes, in quotes."""

    body: bytes
    encoding: str | None
    tag: str


class Document:
    """A summary in one format."""

    def __init__(self, body: bytes, media_type: str) -> None:
        self.body, self.media_type = body, media_type
        self._digest = hashlib.sha256(body).hexdigest()[:32]
        self._packed: dict[str, bytes] = {}

    def is_packed(self, encoding: str | None) -> bool:
        """Tell whether it can be sent as it is kept."""
        return encoding is None or len(self.body) < LEAST or encoding in self._packed

    def sent(self, encoding: str | None) -> Sent:
        """Return the bytes for a client that takes an encoding: compressed once, where that is worth it."""
        if encoding is None or len(self.body) < LEAST:
            return Sent(self.body, None, f'"{self._digest}"')
        if encoding not in self._packed:
            self._packed[encoding] = pack(self.body, encoding, QUALITY)
        return Sent(self._packed[encoding], encoding, f'"{self._digest}-{encoding}"')


def write(architecture: Architecture, form: str) -> Document:
    """Summarise an architecture and write it: as json, drawn (JSON without nodes and edges) or one of FORMATS."""
    summary = summarize(architecture)
    if form == "drawn":
        return Document(orjson.dumps(summary.to_dict(edges=False)), JSON)
    if form == "json":
        return Document(_encode(summary.to_dict()), JSON)
    media_type, text = FORMATS[form]
    return Document(text(summary).encode(), media_type)


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
