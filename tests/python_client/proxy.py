"""A way to a gateway on which things happen to live streams."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

STREAM = b"text/event-stream"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n"

Treat = Callable[[socket.socket, socket.socket], None]
"""Brings what a gateway answers to a stream's request to the client, or not."""


def cut_after(events: int) -> Treat:
    """Let so many events through, and cut the connection in the middle of the next one."""

    def treat(server: socket.socket, client: socket.socket) -> None:
        held = b""
        while chunk := server.recv(65_536):
            held += chunk
            *whole, _ = held.split(b"\ndata: ")
            if len(whole) > events:
                client.sendall(b"\ndata: ".join(whole[: events + 1]) + b"\ndata: {")
                return
            if held.endswith(b"0\r\n\r\n"):  # the stream has ended before
                client.sendall(held)
                return

    return treat


def hold(server: socket.socket, _: socket.socket) -> None:
    """Take everything, and bring nothing."""
    while server.recv(65_536):
        pass


def refuse(_: socket.socket, client: socket.socket) -> None:
    """Have no stream to give."""
    client.sendall(BUSY)


class Proxy:
    """Passes everything on; what is asked of a stream is treated.

    Attributes:
        last_ids: After which event each stream was to go on, "" for the beginning.
    """

    def __init__(self, port: int, treat: Treat) -> None:
        self._port = port
        self._treat = treat
        self.last_ids: list[str] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _pass_on(self, client: socket.socket) -> None:
        to_gateway = socket.create_connection(("127.0.0.1", self._port))
        with closing(client), closing(to_gateway) as server, suppress(OSError):
            while request := client.recv(65_536):
                server.sendall(request)
                if STREAM in request:
                    self.last_ids.append(_find_last_id(request))
                    self._treat(server, client)
                    return
                client.sendall(_read_answer(server))


def _read_answer(server: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        head += server.recv(65_536)
    head, _, body = head.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", b"0")):
        body += server.recv(65_536)
    return head + b"\r\n\r\n" + body


def _find_last_id(request: bytes) -> str:
    _, _, said = request.lower().partition(b"last-event-id: ")
    return said.partition(b"\r\n")[0].decode()


@contextmanager
def proxied(port: int, treat: Treat) -> Iterator[Proxy]:
    """A proxy before the gateway at a port."""
    proxy = Proxy(port, treat)
    serving = threading.Thread(target=proxy.serve)
    serving.start()
    try:
        yield proxy
    finally:
        proxy.close()
        serving.join()
