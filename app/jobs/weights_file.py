"""Kept weights on their way to a reader: one network's document, or one document of all, read piece by piece."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from skipscope.model.formats.tensors import documents, header_of

PIECE = 262_144
MEDIA_TYPE = "application/octet-stream"


class WeightsFile:
    """An open file of weights, of which a part is sent; it can be read to its end when the run is deleted meanwhile."""

    def __init__(self, file: BinaryIO, network: int | None) -> None:
        found = documents(file)
        chosen = found if network is None else found[network - 1 : network]
        self._file, self._head = file, header_of(chosen)
        self._spans = [(document.begin, document.end) for document in chosen]

    @property
    def size(self) -> int:
        """Return how many bytes are sent."""
        return len(self._head) + sum(end - begin for begin, end in self._spans)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what is sent."""
        yield self._head
        for begin, end in self._spans:
            for at in range(begin, end, PIECE):
                yield await run_in_threadpool(self._read, at, min(PIECE, end - at))

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_weights(path: Path, network: int | None) -> WeightsFile:
    """Open a file of kept weights, for one of its networks, counted from 1, or for all; raise FileNotFoundError."""
    file = path.open("rb")
    try:
        return WeightsFile(file, network)
    except BaseException:
        file.close()
        raise


class WeightsResponse(StreamingResponse):
    """An answer that closes its file with itself, also where nobody takes the first part."""

    def __init__(self, weights: WeightsFile, headers: Mapping[str, str]) -> None:
        super().__init__(weights.parts(), media_type=MEDIA_TYPE, headers=headers)
        self._weights = weights

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._weights.close()
