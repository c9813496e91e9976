"""Who asks: a browser by the cookie that a page gave it, anything else by its address."""

import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "skipscope_client"
_FORM = re.compile(r"[A-Za-z0-9_-]{22}")
YEAR = 365 * 86_400


def client_of(request: Request) -> str:
    """Return what tells a client from others: fairness needs no more, and it protects nothing."""
    cookie = request.cookies.get(COOKIE, "")
    if _FORM.fullmatch(cookie):
        return f"browser {cookie}"
    return request.client.host if request.client else "unknown"


def introduce(request: Request, response: Response) -> None:
    """Give a browser its cookie where it has none: a class behind one address is many clients."""
    if not _FORM.fullmatch(request.cookies.get(COOKIE, "")):
        response.set_cookie(
            COOKIE, secrets.token_urlsafe(16), max_age=YEAR, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
