"""Who asks: one small type, for turns in queues and for what belongs to whom."""

from typing import NamedTuple


class Seat(NamedTuple):
    """A client, which may be made up, and its network address; the address is empty where addresses do not count."""

    client: str
    address: str = ""


NOBODY = Seat("")
