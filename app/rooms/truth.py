"""The truth of a question, and how the database keeps it: as its value, or with the whole measured profile."""

from typing import Any, NamedTuple, Self

import orjson


class Truth(NamedTuple):
    """The right answer; of a measured profile also its value at every block, None where that is no finite number."""

    value: Any
    profile: list[float | None] | None = None

    def write(self) -> str:
        """Return it as the database keeps it."""
        kept = self.value if self.profile is None else {"value": self.value, "profile": self.profile}
        return orjson.dumps(kept).decode()

    @classmethod
    def read(cls, kept: str) -> Self:
        """Return what the database kept."""
        found = orjson.loads(kept)
        return cls(**found) if isinstance(found, dict) else cls(found)
