"""Clients of requests: a browser by the cookie that a page gave it, any other program by its address."""

import re
import secrets
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from skipscope.app.guard.seat import Seat
from skipscope.app.settings import Settings

COOKIE = "skipscope_client"
_FORM = re.compile(r"[A-Za-z0-9_-]{22}")
YEAR = 365 * 86_400


def client_of(request: Request) -> str:
    """Return what tells a client from others, and whose a run is: the cookie is random and told to nobody else."""
    browser = browser_of(request)
    return f"browser {browser}" if browser else _host(request)


def browser_of(request: HTTPConnection) -> str | None:
    """Return a browser's cookie; None where there is none, or none of ours."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if _FORM.fullmatch(cookie) else None


def address_of(request: HTTPConnection) -> str:
    """Return the address that limits go by: of IPv6 the network, since one household or machine has all of it."""
    host = _host(request)
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if not isinstance(address, IPv6Address):
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(IPv6Network((int(address), 64), strict=False))


def turns_of(request: Request) -> str:
    """Return the address by which turns go in the queues: cookies can be made up; empty where addresses say nothing."""
    settings: Settings = request.app.state.settings
    return address_of(request) if settings.address_share < 1 else ""


def seat_of(request: Request) -> Seat:
    """Return who asks, for what belongs to whom and for turns in queues."""
    return Seat(client_of(request), turns_of(request))


def owner_of(request: Request) -> str | None:
    """Return the client whose jobs are listed; None for all, with the admin token or where there is none."""
    return None if request.state.sees_all else client_of(request)


def may_change(request: Request, client: str) -> bool:
    """Return whether the requester may change a client's jobs: its own, those of programs without a cookie at its
    address, or any with the admin token or where all may."""
    return request.state.changes_all or client in (client_of(request), _host(request))


def _host(request: HTTPConnection) -> str:
    return request.client.host if request.client else "unknown"


def introduce(request: Request, response: Response) -> None:
    """Give a browser its cookie where it has none: a class behind one address is many clients."""
    if browser_of(request) is None:
        response.set_cookie(
            COOKIE, secrets.token_urlsafe(16), max_age=YEAR, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
