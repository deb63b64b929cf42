"""Something else that answers at the gateway's port is told as what it is."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from services.cli.client.command_client import connect
from services.cli.client.readiness import read_readiness
from services.cli.terminal.error import CliError
from tests.unit.cli.client.test_command_client import serve

PAGE = b"<html><body>Welcome to nginx!</body></html>"


class OtherServer(BaseHTTPRequestHandler):
    """Has a page for everything, or for nothing."""

    status = 200
    page = PAGE

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    yield from serve(OtherServer)


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_it_is_told_that_it_is_no_gateway(
    status: int, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OtherServer, "status", status)
    with connect(url) as gateway, pytest.raises(CliError, match=r"no Brainshare gateway") as told:
        gateway.jobs.page()
    assert "nginx" not in told.value.message


@pytest.mark.parametrize("page", [PAGE, b"{}", b"[]", b'{"ready": true}', b"ok"])
def test_it_is_never_told_to_be_ready(page: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page for everything is a 200 for /readyz, too."""
    monkeypatch.setattr(OtherServer, "page", page)
    for url in serve(OtherServer):
        with connect(url) as gateway:
            told = (False, "what answers there (200) is no Brainshare gateway")
            assert read_readiness(gateway) == told
