"""A client as one small type, for turns in queues and for the owner of a job."""

from typing import NamedTuple


class Seat(NamedTuple):
    """A client, which may be made up, and its network address; the address is empty where addresses do not count."""

    client: str
    address: str = ""


NOBODY = Seat("")
