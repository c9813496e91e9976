"""The page's files, under an address that carries the digest of all of them: a browser keeps them for ever, modules
that import each other included. Text is compressed once and kept."""

import hashlib
import mimetypes
import re
import time
from copy import copy
from functools import lru_cache
from importlib.util import find_spec
from os import PathLike, stat_result
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from skipscope.app.page.packing import best_encoding, pack
from skipscope.app.page.paths import STATIC
from skipscope.model.formats.bundle import loaded_by

ENDINGS = {"br": ".br", "gzip": ".gz"}
FOREVER = "public, max-age=31536000, immutable"
TEXT = ("text/", "application/json", "image/svg+xml")
IMPORT = re.compile(r"^(?:import|export)\b(?:[^'\";]*\sfrom)?\s*['\"](\./|\.\./)([^'\"]+)['\"]", re.MULTILINE)


LARGE = 2**20
"""Larger files are compressed in parts on their way out: nobody else waits for them."""
WHOLE_PLOTLY = "vendor/plotly.min.js"
"""All of plotly.js: figures in three dimensions need it. It is no file below static/, for plotly.py brings it."""


def whole_plotly() -> Path:
    """Return the file of plotly.py that has all of plotly.js."""
    found = find_spec("plotly")
    assert found is not None
    assert found.origin is not None, "a server's extra brings it"
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


@lru_cache(maxsize=512)
def _digest(path: Path, changed: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def fingerprint() -> str:
    """Return a digest of every file below static/, at most a second old: walking the folder costs a millisecond."""
    return _fingerprint(int(time.monotonic()))


@lru_cache(maxsize=1)
def _fingerprint(second: int) -> str:
    whole = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and path.suffix not in (".br", ".gz"):
            whole.update(path.relative_to(STATIC).as_posix().encode())
            whole.update(_digest(path, path.stat().st_mtime_ns))
    return whole.hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a file below static/."""
    return f"/static/~{fingerprint()}/{name}"


def page_urls(page: str) -> list[str]:
    """Return the addresses of a page's script and of all that it loads at once, so that the browser asks for them at
    once: of the bundle, or, where modules were changed since it was made, of each module."""
    mark = fingerprint()
    return [f"/static/~{mark}/{name}" for name in _files(page, mark)]


@lru_cache(maxsize=16)
def _files(page: str, mark: str) -> tuple[str, ...]:
    return tuple(loaded_by(page) or modules_of(f"js/pages/{page}.js"))


def modules_of(entry: str) -> list[str]:
    """Name a module and all that it imports, as files below static/."""
    root = STATIC.resolve()
    found = [(STATIC / entry).resolve()]
    for path in found:
        for up, name in IMPORT.findall(path.read_text()):
            wanted = (path.parent / up / name).resolve()
            if wanted.suffix == ".js" and wanted not in found and wanted.is_relative_to(root) and wanted.is_file():
                found.append(wanted)
    return [path.relative_to(root).as_posix() for path in found]


@lru_cache(maxsize=256)
def _pack(content: bytes, encoding: str) -> bytes:
    """Compress a text that will be asked for again."""
    return pack(content, encoding, 9)


def encoding_for(request: Request) -> str | None:
    """Return the best encoding that the client takes."""
    return best_encoding(request.headers.get("accept-encoding", ""))


def packed_response(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """Return a text, compressed if the client takes it; 304 where the client has it."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {**headers, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = encoding_for(request)
    if encoding:
        headers["Content-Encoding"] = encoding
        content = _pack(content, encoding)
    return Response(content, media_type=media_type, headers=headers)


class Assets(StaticFiles):
    """Serve static files: for ever under the present digest, else to be asked for again. Sent files stay in memory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._mark = ""
        self._kept: dict[tuple[str, bool, str | None], Response] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        request = Request(scope)
        if request.method != "GET" or "if-none-match" in request.headers or "if-modified-since" in request.headers:
            return await super().get_response(path, scope)
        if self._mark != fingerprint():
            self._mark, self._kept = fingerprint(), {}
        key = (path, bool(scope.get("immutable")), encoding_for(request))
        if key not in self._kept:
            response = await super().get_response(path, scope)
            if type(response) is not Response or response.status_code != 200:
                return response
            self._kept[key] = response
        # headers that middleware adds for one client must not reach the next
        answer = copy(self._kept[key])
        answer.raw_headers = list(answer.raw_headers)
        return answer

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        if path == WHOLE_PLOTLY:
            return str(whole_plotly()), whole_plotly().stat()
        return super().lookup_path(path)

    def get_path(self, scope: Scope) -> str:
        path = super().get_path(scope)
        mark, slash, rest = path.partition("/")
        if not (mark.startswith("~") and slash):
            return path
        scope["immutable"] = mark[1:] == fingerprint()
        return rest

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        request = Request(scope)
        path = Path(full_path)
        headers = {"Cache-Control": FOREVER if scope.get("immutable") else "no-cache", "Vary": "Accept-Encoding"}
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        encoding = encoding_for(request)
        beside = path.with_name(path.name + ENDINGS[encoding]) if encoding else path
        if encoding and beside.exists():
            headers["Content-Encoding"] = encoding
            headers["ETag"] = f'"{_digest(beside, beside.stat().st_mtime_ns).hex()[:16]}"'
            if headers["ETag"] in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            return Response(beside.read_bytes(), status_code=status_code, headers=headers, media_type=media_type)
        if media_type.startswith(TEXT) and stat_result.st_size < LARGE:
            return packed_response(request, path.read_bytes(), media_type, headers)
        return FileResponse(path, status_code=status_code, headers=headers, media_type=media_type)
