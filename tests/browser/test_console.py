"""The console in a browser: under its own policy, for every eye, live, and without a script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from schemas.api.key import Role
from services.gateway.settings import Auth
from tests.browser.conftest import GUIDELINES, WAIT_MS
from tests.live_gateway import LiveGateway
from tests.unit.gateway.example import JOB_ID

pytestmark = pytest.mark.timeout(300)

LOOK = "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })"
PHONE, DESK = 360, 1400
TITLE = "Planets <b>of</b> the sun"
BODY = {"tableId": "tbl_1", "context": {"title": TITLE}}
REFUSED = ("Content Security Policy", "Trusted", "Error")


def watch(page: Page) -> list[str]:
    """What the browser complains of in a page, from now on."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text) if any(word in said.text for word in REFUSED) else None
        ),
    )
    return complaints


def submit(page: Page, live: LiveGateway) -> str:
    """Post a job, and say where its page is."""
    answer = page.request.post(f"{live.url}/v1/jobs", data=BODY)
    assert answer.status == 202, answer.text()
    return f"{live.url}/console/jobs/{answer.json()['jobId']}"


def look(page: Page, axe: str) -> list[str]:
    """What breaks a rule of the guidelines."""
    page.evaluate(axe)
    report = page.evaluate(LOOK, list(GUIDELINES))
    return [f"{one['id']}: {at['html']}" for one in report["violations"] for at in one["nodes"]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """One that each look at all pages adds jobs to."""
    gateway = LiveGateway(tmp_path_factory.mktemp("filled"), "http://app.example")
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture(params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in either scheme of colours."""
    context: BrowserContext = browser.new_context(color_scheme=request.param)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def list_pages(reader: Page, live: LiveGateway) -> dict[str, str]:
    """Where each page is, empty ones and errors too; a job that has ended, and one that failed."""
    done = submit(reader, live)
    live.project(*live.records_of_last())
    failed = submit(reader, live)
    live.project(live.letter_of_last())
    groups = reader.request.get(f"{live.url}/v1/errors").json()["errors"]
    console = f"{live.url}/console"
    return {
        "jobs": f"{console}/jobs",
        "no job like that": f"{console}/jobs?tag=nobody",
        "a job": done,
        "a failed job": failed,
        "a rerun": f"{done}/rerun",
        "errors": f"{console}/errors",
        "an error": f"{console}/errors/{groups[0]['fingerprint']}",
        "no error like that": f"{console}/errors?state=muted",
        "not there": f"{console}/jobs/{JOB_ID}",
        "not right": f"{console}/jobs?status=done",
    }


def test_every_page_keeps_the_guidelines_and_its_policy_on_a_phone_and_on_a_desk(
    reader: Page, filled: LiveGateway, axe: str
) -> None:
    complaints = watch(reader)
    for name, url in list_pages(reader, filled).items():
        for width in (PHONE, DESK):
            reader.set_viewport_size({"width": width, "height": 800})
            reader.goto(url)
            expect(reader.get_by_role("heading", level=1)).to_have_count(1)
            assert reader.evaluate("document.documentElement.scrollWidth") <= width, name
            assert (name, complaints) == (name, [])
            assert (name, width, look(reader, axe)) == (name, width, [])
            complaints.clear()  # what axe does is its own


def test_empty_pages_keep_them_too(page: Page, live: LiveGateway, axe: str) -> None:
    for path in ("jobs", "errors"):
        page.goto(f"{live.url}/console/{path}")
        expect(page.locator(".empty")).to_be_visible()
        assert look(page, axe) == []


def test_a_job_is_followed_until_it_has_ended(page: Page, live: LiveGateway) -> None:
    complaints, url = watch(page), submit(page, live)
    page.goto(url)
    standing = page.locator("#standing")
    expect(standing).to_contain_text("pending")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.evaluate("window.isTheSame = true")
    live.project(*live.records_of_last()[:2])
    expect(standing).to_contain_text("running")
    expect(page.locator("#looking")).to_have_text(", live")
    live.project(*live.records_of_last())
    expect(standing).to_contain_text("completed")
    expect(page.locator("#suggestions")).to_contain_text("Moons")
    expect(page.get_by_role("link", name="Run again from a stage…")).to_be_visible()
    expect(page.locator("#looking")).to_have_text("")
    assert page.evaluate("window.isTheSame")
    assert complaints == []


def test_no_line_of_the_list_moves_while_it_is_read(page: Page, live: LiveGateway) -> None:
    first = submit(page, live)
    live.project(live.records_of_last()[0])
    page.goto(f"{live.url}/console/jobs")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    submit(page, live)
    expect(page.get_by_role("link", name="1 new: show")).to_be_visible()
    expect(rows).to_have_count(1)
    expect(rows.first.get_by_role("link")).to_have_attribute("href", first.removeprefix(live.url))
    page.get_by_role("link", name="1 new: show").click()
    expect(rows).to_have_count(2)


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def test_without_a_script_one_reads_cancels_and_runs_again(plain: Page, live: LiveGateway) -> None:
    url = submit(plain, live)
    live.project(live.records_of_last()[0])
    plain.goto(url)
    plain.get_by_text("Cancel…").click()
    plain.get_by_label("Why").fill("posted twice")
    plain.get_by_role("button", name="Cancel the job").click()
    expect(plain.get_by_role("status")).to_contain_text("The cancel is asked for.")
    done = submit(plain, live)
    live.project(*live.records_of_last())
    plain.goto(done)
    plain.get_by_role("link", name="Run again from a stage…").click()
    plain.get_by_label("Title").fill("Moons")
    plain.get_by_label("Rows", exact=True).fill("many")
    plain.get_by_role("button", name="Run again").click()
    expect(plain.get_by_role("alert")).to_be_visible()
    expect(plain.get_by_label("Rows", exact=True)).to_have_attribute("aria-invalid", "true")
    plain.get_by_label("Rows", exact=True).fill("2")
    plain.get_by_role("button", name="Run again").click()
    expect(plain.get_by_role("status")).to_contain_text("This is the new job.")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Moons")


def test_one_signs_in_acts_and_signs_out(page: Page, tmp_path: Path, axe: str) -> None:
    gateway = LiveGateway(tmp_path, "http://app.example", Auth.REQUIRED)
    gateway.start()
    try:
        page.goto(f"{gateway.url}/console/errors")
        assert look(page, axe) == []
        complaints = watch(page)
        page.get_by_label("API key").fill("bsk_1")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("API key").fill(gateway.make_key(Role.READ, "acme"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Errors")
        assert page.evaluate("document.cookie") == ""
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
            True,
            "Strict",
            "/console",
        )
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status")).to_have_text("You are signed out.")
        assert page.context.cookies() == []
        assert complaints == []
    finally:
        gateway.stop()


def test_the_keyboard_reaches_the_content_at_once(page: Page, live: LiveGateway) -> None:
    page.goto(f"{live.url}/console/jobs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
