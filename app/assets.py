"""The page's files: addresses that carry their digest, so that a browser keeps them for ever; compressed beforehand."""

import hashlib
import mimetypes
from functools import lru_cache
from os import PathLike, stat_result
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.paths import STATIC

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FOREVER = "public, max-age=31536000, immutable"


@lru_cache(maxsize=512)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a file below static/, its digest in the query."""
    path = STATIC / name
    if not path.exists():
        return f"/static/{name}"
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}"


class Assets(StaticFiles):
    """Serve static files, the compressed one where it lies beside; a digest in the query makes it immutable."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        request = Request(scope)
        path = Path(full_path)
        accepted = request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": FOREVER if "v" in request.query_params else "no-cache", "Vary": "Accept-Encoding"}
        media_type = mimetypes.guess_type(path.name)[0]
        for encoding, suffix in ENCODINGS:
            packed = path.with_name(path.name + suffix)
            if encoding in accepted and packed.exists():
                path, headers["Content-Encoding"] = packed, encoding
                break
        response = FileResponse(path, status_code=status_code, headers=headers, media_type=media_type)
        return response
