"""A network of one cable: it carries everything to the site, until somebody cuts it."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Link:
    """Carries what comes to `address` to the site behind it. A browser that is cut off learns it as from a lost network."""

    def __init__(self, site: str) -> None:
        self._far = ("127.0.0.1", urlsplit(site).port or 80)
        self._ends: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self._port = int(self._door.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._listen()

    def cut(self) -> None:
        """Lose the network, with whatever is on its way."""
        for end in (self._door, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def join(self) -> None:
        """Have the network again."""
        self._door = socket.create_server(("127.0.0.1", self._port), backlog=64)
        self._listen()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def _accept(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection(self._far)
                self._ends += [near, far]
                for start, end in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(start, end), daemon=True).start()


def _carry(start: socket.socket, end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := start.recv(65_536):
            end.sendall(piece)
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_WR)
