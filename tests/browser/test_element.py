"""<brainshare-job> in a page with a strict policy: what it shows, says and does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from schemas.kafka.headers import decode_headers
from tests.browser.conftest import GUIDELINES, PageServer
from tests.live_gateway import LiveGateway

pytestmark = pytest.mark.timeout(300)

SCRIPT = """
import { createBrainshare } from "%(url)s/client/brainshare.js";
import { BrainshareJob } from "%(url)s/client/brainshare-job.js";
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.blockedURI));
window.client = BrainshareJob.client = createBrainshare({ url: "%(url)s", retryMs: 100 });
const job = await client.submit({ tableId: "tbl_1", context: { title: "Planets" } });
const element = document.createElement("brainshare-job");
element.setAttribute("job-id", job.jobId);
element.addEventListener("retry", (event) => (window.retried = event.detail.jobId));
document.body.append(element);
"""
POLICY = (
    "default-src 'none'; script-src 'self' {0}; connect-src {0}; style-src 'self';"
    " require-trusted-types-for 'script'"
)

LOOK = "(tags) => axe.run('brainshare-job', { runOnly: { type: 'tag', values: tags } })"


@pytest.fixture
def open_page(page: Page, pages: PageServer, live: LiveGateway) -> Callable[[], Page]:
    def load() -> Page:
        html = b"<!doctype html><body><script type=module src=/app.js></script>"
        pages.pages["/"] = ("text/html", html)
        pages.pages["/app.js"] = ("text/javascript", (SCRIPT % {"url": live.url}).encode())
        pages.policy = POLICY.format(live.url)
        page.goto(pages.origin)
        page.locator("brainshare-job").wait_for()
        return page

    return load


def test_it_shows_how_far_a_job_is_and_lets_it_be_cancelled(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    page = open_page()
    expect(page.get_by_role("status")).to_have_text("pending")
    live.project(*live.records_of_last()[:3])
    expect(page.get_by_role("status")).to_have_text("running")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("(bar) => bar.value") == pytest.approx(
        1 / 3, abs=1e-3
    )
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_timeout(0)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert page.evaluate("violations") == []


def test_it_ends_without_buttons(open_page: Callable[[], Page], live: LiveGateway) -> None:
    page = open_page()
    live.project(*live.records_of_last())
    expect(page.get_by_role("status")).to_have_text("completed")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_it_tells_why_a_job_failed_and_offers_to_try_again(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    page = open_page()
    live.project(live.records_of_last()[0], live.letter_of_last())
    expect(page.get_by_role("alert")).to_have_text("no")
    page.get_by_role("button", name="Try again").click()
    assert page.evaluate("retried === document.querySelector('brainshare-job').jobId")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    for _ in range(100):
        if len(live.published) > 1:
            break
        page.wait_for_timeout(50)
    again = live.published_last()
    assert decode_headers(again.headers).redrive == 1
    live.project(again)
    expect(page.get_by_role("status")).to_have_text("running")  # it is followed again


def test_it_is_styled_from_outside(open_page: Callable[[], Page], live: LiveGateway) -> None:
    page = open_page()
    live.project(*live.records_of_last())
    expect(page.get_by_role("status")).to_have_text("completed")
    page.evaluate("document.body.style.setProperty('--brainshare-completed', 'rgb(1, 2, 3)')")
    dot = page.locator("[part=dot]")
    assert dot.evaluate("(dot) => getComputedStyle(dot).backgroundColor") == "rgb(1, 2, 3)"


def look(page: Page) -> tuple[set[str], list[str]]:
    """By the rules of the guidelines: those that the element keeps, and what breaks one."""
    report = page.evaluate(LOOK, list(GUIDELINES))
    faults = [f"{one['id']}: {at['html']}" for one in report["violations"] for at in one["nodes"]]
    return {rule["id"] for rule in report["passes"]}, faults


def test_it_keeps_the_guidelines_for_accessibility_in_every_state(
    open_page: Callable[[], Page], live: LiveGateway, axe: str
) -> None:
    """Names, roles, contrast and what else a program can judge, after WCAG 2.2 A and AA."""
    page = open_page()
    page.evaluate(axe)
    letter, records = live.letter_of_last(), live.records_of_last()
    states = [("pending", ()), ("running", records[:2]), ("failed", (letter,))]
    for state, told in states:
        live.project(*told)
        expect(page.get_by_role("status")).to_have_text(state)
        kept, faults = look(page)
        assert (faults, "color-contrast" in kept, "button-name" in kept) == ([], True, True), state
    page.evaluate("document.querySelector('brainshare-job').words = { retry: '', cancel: '' }")
    page.evaluate("document.querySelector('brainshare-job').show()")
    _, faults = look(page)
    assert [fault.partition(":")[0] for fault in faults] == ["button-name"]  # it does look


def test_it_keeps_them_when_it_has_ended(
    open_page: Callable[[], Page], live: LiveGateway, axe: str
) -> None:
    page = open_page()
    page.evaluate(axe)
    live.project(*live.records_of_last())
    expect(page.get_by_role("status")).to_have_text("completed")
    kept, faults = look(page)
    assert (faults, "color-contrast" in kept) == ([], True)
