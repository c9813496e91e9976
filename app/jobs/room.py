"""Memory of two kinds, counted side by side: the machine's, and a GPU's own."""

from typing import NamedTuple


class Room(NamedTuple):
    """Bytes of the machine's memory and of a GPU's; below 0 where more is taken than there is."""

    host: int = 0
    device: int = 0

    def plus(self, other: "Room") -> "Room":
        """Return both together."""
        return Room(self.host + other.host, self.device + other.device)

    def less(self, other: "Room") -> "Room":
        """Return what is left when the other is taken."""
        return Room(self.host - other.host, self.device - other.device)

    def holds(self, other: "Room") -> bool:
        """Tell whether the other fits, of both kinds."""
        return other.host <= self.host and other.device <= self.device

    def shares(self, other: "Room") -> bool:
        """Tell whether the other has anything of a kind that is wanted here."""
        return (self.host > 0 and other.host > 0) or (self.device > 0 and other.device > 0)
