"""Chromium, pages on an origin of their own, and a gateway that they ask."""

import os
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.node import NoNodeError, install_packages
from tests.live_gateway import LiveGateway

NAMES = ("chromium", "chromium-browser", "google-chrome")
WAIT_MS = 60_000

AXE = Path(__file__).parent / "axe"
GUIDELINES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def miss(what: str) -> None:
    """A laptop may be without it; CI may not."""
    if os.environ.get("CI"):  # noqa: TID251 - not a setting
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with each module: while it is open, no other test has an event loop."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        miss("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        # A page looks for what is new every five seconds, which is Playwright's own bound.
        expect.set_options(timeout=WAIT_MS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """What looks for whatever keeps people from using a page: axe-core, as a script."""
    try:
        return (install_packages(AXE) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    except NoNodeError as error:
        miss(str(error))
        raise


class PageServer(ThreadingHTTPServer):
    """Serves what is put into `pages`: by path, a type and a body. HTML comes with a policy."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.policy = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        kind, body = self.server.pages.get(self.path.partition("?")[0], ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.server.policy:
            self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: object) -> None:
        pass


@pytest.fixture
def pages() -> Iterator[PageServer]:
    server = PageServer()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live(tmp_path: Path, pages: PageServer) -> Iterator[LiveGateway]:
    gateway = LiveGateway(tmp_path, pages.origin)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    opened = context.new_page()
    yield opened
    context.close()
