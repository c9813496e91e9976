"""Addresses of this machine that others in the hall can reach: found, not typed."""

import socket
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

import psutil

INNER = ("docker", "br-", "veth", "virbr", "cni", "podman", "lo")
"""Beginnings of the names of interfaces that lead to this machine's own containers."""


def addresses(host: str, scheme: str, listening: str) -> list[str]:
    """Return where others open the page, the likeliest first: the host by which it was opened here, unless that is
    this machine's own name for itself, then the machine's addresses on its networks; none if the server listens for
    itself alone."""
    parts = urlsplit(f"//{host}")
    try:
        port = parts.port
    except ValueError:
        port = None
    end = "" if port is None else f":{port}"
    found: list[str] = []
    if parts.hostname and not _is_own(parts.hostname):
        found.append(f"{scheme}://{host}")
    if not _is_own(listening) or listening in ("0.0.0.0", "::", ""):  # noqa: S104  (compared, not bound)
        found += [f"{scheme}://{address}{end}" for address in _of_interfaces()]
    return list(dict.fromkeys(found))


def _is_own(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _of_interfaces() -> list[str]:
    """Return the IPv4 addresses of interfaces that are up; that of the way out comes first."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        one.address
        for name, of in psutil.net_if_addrs().items()
        for one in of
        if name in up and not name.startswith(INNER) and one.family == socket.AF_INET and _leads_out(one.address)
    ]
    out = _way_out()
    return sorted(found, key=lambda address: address != out)


def _leads_out(address: str) -> bool:
    read = IPv4Address(address)
    return not (read.is_loopback or read.is_link_local or read.is_unspecified)


def _way_out() -> str | None:
    """Return the address that the system would send from; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of no machine (RFC 5737)
            return probe.getsockname()[0]
        except OSError:
            return None
