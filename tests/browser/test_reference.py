"""The API's reference as a reader sees it, under its own strict policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.live_gateway import LiveGateway

PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("reference")
    gateway = LiveGateway(folder, "http://app.example")
    gateway.start()
    yield gateway.url
    gateway.stop()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_reference_is_read_without_a_complaint_of_the_browser(
    browser: Browser, url: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(url)
    assert page.title().startswith("Brainshare API")
    page.get_by_role("link", name="POST /v1/jobs", exact=True).first.click()
    article = page.locator("#acceptJob")
    article.get_by_text("Accept a job").wait_for()
    assert "Bearer" not in article.inner_text()
    widest = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert complaints == []
    assert widest <= width
