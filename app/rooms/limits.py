"""How often one may do what in a room: by member, browser and room, never by address, for a hall is one address. Codes
that are wrong alone count by address. One who asks too often hinders nobody else, unless under made-up cookies."""

from skipscope.app.guard.windows import Windows
from skipscope.app.rooms import refusals

ANSWERS = 120
"""Of one member, a minute."""
JOINS = 6000
"""Of one room, a minute: 300 who come back ten times, and names that are looked at before."""
JOINS_OF_ONE = 60
"""Of one browser, a minute."""
JOINS_OF_PROGRAMS = 600
"""Of all that have no cookie, in one room, a minute: pages have one."""
PHRASES = 20
"""Wrong ones of one browser, a minute."""
WRONG = 60
"""Codes of one browser, a minute."""
WRONG_SHARE = 20
"""Of an address, in shares of a browser."""


class Limits:
    """Counts of a minute."""

    def __init__(self) -> None:
        self._windows = Windows()

    def answer(self, room: int, member: str) -> None:
        """Count a change of a member; raise the Problem that it is one too many."""
        self._count(ANSWERS, "changes of one member", "answer", str(room), member)

    def join(self, room: int, browser: str | None) -> None:
        """Count one who joins, or asks for a name."""
        if browser is None:
            self._count(JOINS_OF_PROGRAMS, "programs that join", "join without", str(room))
        else:
            self._count(JOINS_OF_ONE, "joins of one browser", "join of", str(room), browser)
        self._count(JOINS, "people who join", "join", str(room))

    def wrong_phrase(self, room: int, client: str) -> None:
        """Count a wrong phrase: by who gave it, so that nobody keeps the host out."""
        self._count(PHRASES, "wrong phrases of one browser", "phrase", str(room), client)

    def wrong_code(self, browser: str | None, address: str) -> None:
        """Count a code that no room has."""
        if browser is not None:
            self._count(WRONG, "wrong codes of one browser", "wrong", browser)
        self._count(WRONG * WRONG_SHARE, "wrong codes of one address", "wrong at", address)

    def _count(self, most: int, of: str, *key: str) -> None:
        wait = self._windows.wait(most, *key)
        if wait:
            raise refusals.too_often(of, most, wait)
