"""The workshop's password, which lets people in, the write token, with which programs send runs, and the admin token,
which lets them do everything."""

import base64
import hmac
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from starlette.requests import HTTPConnection

from skipscope.app.errors import Problem
from skipscope.app.guard.clients import address_of, browser_of
from skipscope.app.guard.windows import Windows
from skipscope.app.settings import Settings

ASK = {"WWW-Authenticate": 'Basic realm="Skipscope", charset="UTF-8"'}
ROOMS = "/api/rooms/"
Opens = Callable[[str, str], bool]
"""Says whether a bearer opens a path to somebody who knows no secret of the server: a room, to its host."""
TRUSTED = 10_000
"""Browsers that are remembered for having known a secret."""


class Access:
    """Tell by `Authorization` who asks. Secrets are compared in constant time, and guessed at no more than so often."""

    def __init__(self, settings: Settings, opens: Opens = lambda path, bearer: False) -> None:
        self._password, self._token, self._write = (
            _digest(settings.secret(name).encode()) for name in ("password", "admin_token", "write_token")
        )
        self._shared, self._opens = settings.shared_runs, opens
        self._wrong = Windows()
        self._most = settings.rate_passwords
        self._trusted: OrderedDict[str, None] = OrderedDict()

    def enter(self, request: HTTPConnection) -> Problem | None:
        """Say why one may not come in; else note in `request.state` what one may.

        `sees_all`: list everybody's runs and read the server's figures; `changes_all`: change everybody's runs;
        `may_write`: send runs that train elsewhere. A bearer that is no secret of the server may be that of the room
        at the path, and opens nothing else; any other is a guess.
        """
        given = _given(request.headers.get("authorization", ""))
        admin = _same(given, self._token)
        request.state.may_write = admin or _same(given, self._write)
        right = request.state.may_write or _same(given, self._password)
        request.state.sees_all = admin or self._token is None
        request.state.changes_all = admin or self._shared
        if given is not None and (self._password or self._token or self._write):
            if not right and self._may_be_a_hosts(request):
                return None
            problem = self._guess(request, right=right)
            if problem is not None or right:
                return problem
            return _wrong()
        if self._password:
            return Problem(
                401, "Password needed", "The workshop's password is needed; the user's name does not matter.",
                headers=ASK,
            )  # fmt: skip
        return None

    def _may_be_a_hosts(self, request: HTTPConnection) -> bool:
        """Say whether a bearer goes on to a route: the secret of the room at the path; any at a room whose server lets
        everybody in, for the room says itself that it is wrong."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        path = request.scope["path"]
        if kind.lower() != "bearer":
            return False
        is_open = not (self._password or self._token)
        return self._opens(path, bearer.strip()) or (is_open and path.startswith(ROOMS))

    def _guess(self, request: HTTPConnection, *, right: bool) -> Problem | None:
        """Refuse who guesses too often, before it is told whether the guess was right."""
        address, browser = address_of(request), browser_of(request)
        # who has known it before is not kept out by somebody else behind the same router
        if right and browser in self._trusted:
            return None
        wait = self._wrong.full(self._most, address) if right else self._wrong.wait(self._most, address)
        if wait:
            return Problem(
                429, "Too many wrong passwords", f"More than {self._most} a minute came from this address.",
                field="Authorization", limit=f"{self._most} a minute", remedy=f"try again in {wait} s",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip
        if right and browser is not None:
            self._trusted[browser] = None
            if len(self._trusted) > TRUSTED:
                self._trusted.popitem(last=False)
        return None


def _wrong() -> Problem:
    told = "That is none of this server's secrets: workshop's password, write token, admin token."
    return Problem(401, "Wrong password", told, headers=ASK)


def _digest(secret: bytes) -> bytes | None:
    """Return what a secret is compared by: equally long for all, so that time tells nothing; None where it is empty."""
    return sha256(secret).digest() if secret else None


def _same(given: bytes | None, secret: bytes | None) -> bool:
    return given is not None and secret is not None and hmac.compare_digest(given, secret)


def _given(header: str) -> bytes | None:
    """Return what is compared of a bearer token or of Basic's password; None where neither is given."""
    kind, _, text = header.partition(" ")
    if kind.lower() == "bearer":
        return sha256(text.strip().encode("latin-1")).digest()
    if kind.lower() != "basic":
        return None
    try:
        return sha256(base64.b64decode(text, validate=True).partition(b":")[2]).digest()
    except ValueError:  # no base64, or text that is no ASCII
        return sha256(b"").digest()
