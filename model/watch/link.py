"""The connection to a server, kept open from batch to batch. It speaks plain HTTP with the standard library, and tells
apart what may succeed later from what never will."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from skipscope.model.watch.batch import MEDIA_TYPE

SECONDS = 3.0
"""Longest silence of a server within a request."""
MAX_ANSWER = 262_144
MAX_WORDS = 1000
LATER = (408, 425, 429, 500, 502, 503, 504, 507)
"""Statuses of refusals that may be none later."""


class Unreachable(Exception):  # noqa: N818  (what happened)
    """The server did not answer."""


class Refused(Exception):  # noqa: N818
    """The server answered that it does not accept this, and how to mend it; `wait` says in how many seconds it may."""

    def __init__(self, status: int, detail: str, wait: float | None, remedy: str = "") -> None:
        super().__init__(f"{detail} {remedy[:1].upper()}{remedy[1:]}." if remedy else detail)
        self.status, self.wait = status, wait


class Link:
    """One server, by its address and a token. Used by one thread; `abort` may come from another."""

    def __init__(self, url: str, token: str = "", *, seconds: float = SECONDS) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"to={url!r}: the address of a Skipscope server, such as http://127.0.0.1:8000.")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._path, self._token, self._seconds = parts.path.rstrip("/"), token, seconds
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._is_aborted = False
        self._connection = kind(parts.hostname, parts.port, timeout=seconds)

    def begin(self, key: str, run: dict[str, Any]) -> str:
        """Begin a run, or find it again by its key, and return its id; raise Unreachable or Refused."""
        body = json.dumps(run).encode()
        return str(self._ask("/api/runs/outside", key, body, "application/json")["id"])

    def send(self, run_id: str, key: str, body: bytes, **end: str) -> dict[str, Any]:
        """Send a batch, and return what the server says of the run; raise Unreachable or Refused."""
        query = f"?{urlencode(end)}" if end else ""
        return self._ask(f"/api/runs/{quote(run_id, safe='')}/records{query}", key, body, MEDIA_TYPE)

    def page(self, run_id: str) -> str:
        """Return the address of a run's page."""
        return f"{self.url}/?run={quote(run_id, safe='')}"

    def _ask(self, path: str, key: str, body: bytes, media_type: str) -> dict[str, Any]:
        headers = {"Content-Type": media_type, "Idempotency-Key": key, "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._is_aborted:
            raise Unreachable("the training has ended")
        is_kept = self._connection.sock is not None
        try:
            return self._ask_once(path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not is_kept or self._is_aborted or isinstance(error, TimeoutError):
                raise Unreachable(str(error) or type(error).__name__) from error
        try:  # the server closes a connection that rests: the same request once more, which it knows by key and step
            return self._ask_once(path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(str(error) or type(error).__name__) from error

    def _ask_once(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        self._connection.request("POST", self._path + path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read(MAX_ANSWER)
        if answer.read(1):
            raise http.client.HTTPException("an answer that is too long")
        try:
            said: Any = json.loads(text)
        except ValueError as error:
            if answer.status < 300:
                raise http.client.HTTPException("an answer that is no JSON") from error
            said = {}
        if answer.status < 300 and isinstance(said, dict):
            return said
        detail, remedy = (_plain(said.get(name)) if isinstance(said, dict) else "" for name in ("detail", "remedy"))
        wait = _seconds(answer.getheader("Retry-After"))
        raise Refused(answer.status, detail or _plain(answer.reason), wait, remedy.rstrip("."))

    def abort(self) -> None:
        """End a request that is under way, from another thread; no other is made."""
        self._is_aborted = True
        sock = self._connection.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                return

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()


def _plain(words: object) -> str:
    """Return words of a server as a terminal may show them: one line, with no sign that moves its cursor."""
    return "" if words is None else "".join(sign for sign in str(words)[:MAX_WORDS] if sign.isprintable())


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() and len(header) < 6 else None
