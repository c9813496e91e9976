"""The address to listen on: tried before anything starts, and refused in a sentence."""

import errno
import os
import socket

_WORDS = {
    errno.EADDRINUSE: "Port {port} on {host} is in use by another program. Stop it, or choose another with --port.",
    errno.EACCES: "Port {port} on {host} is not for this user. Choose one above 1023 with --port.",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine. Name one of its own with --host; 0.0.0.0 is all.",
}


class AddressError(Exception):
    """The server cannot listen there; the message says why and what to do."""


def try_address(host: str, port: int) -> None:
    """Raise AddressError where nobody can listen; the port is free again afterwards."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, place in places:
            with socket.socket(family, kind, protocol) as tried:
                if os.name == "posix":
                    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                tried.bind(place)
    except socket.gaierror as error:
        raise AddressError(f"{host} is no name or address. Name one of this machine with --host.") from error
    except OSError as error:
        words = _WORDS.get(error.errno or 0, "Nobody can listen on port {port} of {host}: {reason}.")
        raise AddressError(words.format(host=host, port=port, reason=error.strerror or error)) from error
