"""What the client makes of answers of a gateway that is of another release."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from services.cli.client.command_client import connect
from services.cli.terminal.error import CliError

BODY = b'{"jobs": [{"status": "pending"}], "next": null}'


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    """A gateway that answers once, with something that cannot be read."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer() -> None:
            with closing(server.accept()[0]) as connection:
                connection.recv(65_536)
                head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(BODY)}\r\n\r\n"
                connection.sendall(head.encode() + BODY)

        answering = threading.Thread(target=answer)
        answering.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        answering.join()


def test_an_answer_that_cannot_be_read_is_one_line_that_says_what_to_do(url: str) -> None:
    with connect(url) as gateway, pytest.raises(CliError, match="of another release: use its"):
        gateway.jobs.page()
