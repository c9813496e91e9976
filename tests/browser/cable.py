"""A TCP cable between browser and server that a test can pull out and plug in again, or make deaf."""

import contextlib
import socket
import threading


class Cable:
    """Forward a free port of this machine to another; `pull()` cuts all connections and refuses new ones;
    `deafen()` lets the browser's words through and none of the server's."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._plugged, self._deaf = True, False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._plugged:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open |= {near, far}
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, other, one is far), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if not (is_answer and self._deaf):
                    other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._open.discard(end)

    def pull(self) -> None:
        """Cut every connection, and hear again."""
        self._plugged = self._deaf = False
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def deafen(self) -> None:
        """Lose what the server says, until the cable is pulled."""
        self._deaf = True

    def plug(self) -> None:
        """Let connections through again."""
        self._plugged = True

    def close(self) -> None:
        """Stop listening."""
        self.pull()
        self._listener.close()
