"""How far a job is: the digest of every kind that has none of its own."""


class Progress:
    """Keep the latest `progress` event."""

    def __init__(self) -> None:
        self._latest: str | None = None

    def append(self, kind: str, data: bytes) -> None:
        """Take an event into account."""
        if kind == "progress":
            self._latest = data.decode()

    def dump(self) -> str | None:
        """Return the latest progress as JSON; None before the first."""
        return self._latest
