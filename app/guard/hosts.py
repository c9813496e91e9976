"""Names under which the server answers. A name that somebody else points at this machine (DNS rebinding) is none."""

import socket
from ipaddress import ip_address


class Hosts:
    """Take addresses, localhost, this machine's own name, and the names that the operator gives; `*` takes any."""

    def __init__(self, allowed: str) -> None:
        given = {name.strip().lower() for name in allowed.split(",") if name.strip()}
        own = socket.gethostname().lower()
        short = own.partition(".")[0]
        self._any = "*" in given
        self._names = given | {"localhost", own, short, f"{short}.local"}

    def takes(self, header: str) -> bool:
        """Say whether a request's Host is one of them; its port does not matter."""
        if self._any:
            return True
        name = _name_of(header.lower())
        return name in self._names or name.endswith(".localhost") or _is_address(name)


def _name_of(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
