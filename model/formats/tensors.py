"""Documents of safetensors that lie one after the other in a file, a network each: found, and joined into one, without
reading a tensor."""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

ABOUT = "__metadata__"
OWN = "skipscope"
"""The entry of the metadata that describes a network."""
LENGTH = 8
"""Bytes that name the header's length, and to which headers are filled up."""


class Document(NamedTuple):
    """The start of a document in its file, the beginning and the end of its tensors, and its header."""

    start: int
    begin: int
    end: int
    header: dict[str, Any]

    @property
    def about(self) -> str:
        """Return what is written of its network, as JSON."""
        return self.header[ABOUT][OWN]


def documents(file: BinaryIO) -> list[Document]:
    """Return the documents of a file, in order."""
    found: list[Document] = []
    start, size = 0, file.seek(0, 2)
    while start < size:
        file.seek(start)
        length = int.from_bytes(file.read(LENGTH), "little")
        header: dict[str, Any] = json.loads(file.read(length))
        begin = start + LENGTH + length
        end = begin + max((entry["data_offsets"][1] for name, entry in header.items() if name != ABOUT), default=0)
        found.append(Document(start, begin, end, header))
        start = end
    return found


def header_of(chosen: Sequence[Document]) -> bytes:
    """Return the first bytes of one document with the tensors of these, which follow in order.

    Of several, names of tensors begin with the place among them, from 1: `2.conv1.weight`.
    """
    if len(chosen) == 1:
        return encoded(chosen[0].header)
    joined: dict[str, Any] = {ABOUT: {"format": "pt"}}
    at = 0
    for place, document in enumerate(chosen, start=1):
        joined[ABOUT][f"{OWN}.{place}"] = document.about
        for name, entry in document.header.items():
            if name != ABOUT:
                joined[f"{place}.{name}"] = {**entry, "data_offsets": [at + one for one in entry["data_offsets"]]}
        at += document.end - document.begin
    return encoded(joined)


def encoded(header: dict[str, Any]) -> bytes:
    """Return a header as the first bytes of a document."""
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % LENGTH)
    return len(text).to_bytes(LENGTH, "little") + text
