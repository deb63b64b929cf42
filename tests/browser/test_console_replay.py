"""The console's pages of replays in a browser: for every eye, live, and without a script."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from playwright.sync_api import Browser, Page, expect

from schemas.stage import StageName
from services.replay.question.promote import Promotable
from tests.browser.conftest import WAIT_MS
from tests.browser.test_console import DESK, PHONE, look, watch
from tests.live_gateway import LiveGateway
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, job, job_id, request, success
from tests.unit.replay.comparison.pairs import compare, compare_beside_control

pytestmark = pytest.mark.timeout(300)

HOSTILE = "<img src=x onerror=alert(1)> \u202e <script>alert(2)</script>"
OFFSETS = count(900)
"""Of records, each behind those before."""

SOURCES = (JOB_ID, job_id(2), job_id(3))


async def go_through_bulk_actions(gateway: Gateway) -> None:
    await gateway.runner.run()


def send(page: Page, live: LiveGateway, path: str, **fields: str) -> str:
    """Send a form as a page of the console does: where its answer leads."""
    told = {"form": dict(fields), "headers": {"Origin": live.url}, "max_redirects": 0}
    answer = page.request.post(f"{live.url}{path}", **told)  # type: ignore[arg-type]
    assert answer.status == 303, answer.text()
    return answer.headers["location"].partition("?")[0]


def find_replay(path: str, source: UUID) -> UUID:
    """The job that is the replay of another, of the replay on a page."""
    return uuid5(UUID(path.rpartition("/")[2]), str(source))


def fail_one(live: LiveGateway, path: str) -> None:
    """Let the first job of a replay fail, for a reason that is hostile."""
    of = job(find_replay(path, SOURCES[0]), stages=(StageName.COLUMN,))
    letter = dead_letter(StageName.COLUMN, next(OFFSETS), error_message=HOSTILE)
    live.project(request(next(OFFSETS), of=of), replace(letter, key=of.key))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGateway]:
    """One whose past has three jobs, and whose bulk actions are gone through."""
    folder: Path = tmp_path_factory.mktemp("replays")
    gateway = LiveGateway(folder, "http://app.example", beside=(go_through_bulk_actions,))
    gateway.start()
    gateway.past.sources = SOURCES
    yield gateway
    gateway.stop()


@pytest.fixture(params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def list_pages(reader: Page, live: LiveGateway) -> dict[str, str]:
    """Where each page is; a replay that has failed in part, was compared and promoted."""
    live.past.differs = "prompt and model"
    planned = send(reader, live, "/console/replays/plan", stage="column", reason=HOSTILE)
    running = send(reader, live, "/console/replays/plan", stage="column")
    control = send(reader, live, f"{running}/control", sample="2")
    send(reader, live, f"{running}/start", rate="2", maxCostUsd="1.5")
    fail_one(live, running)
    skipped = {str(one): HOSTILE for one in SOURCES[1:]}
    live.past.promotable = Promotable((str(JOB_ID),), skipped)
    change = send(reader, live, f"{running}/promotion/promote", rule="any")
    control_id = control.rpartition("/")[2]
    return {
        "list": "/console/replays",
        "form": "/console/replays/plan",
        "planned": planned,
        "running": running,
        "control": control,
        "comparison": f"{planned}/comparison",
        "beside a control": f"{running}/comparison?control={control_id}&failIf=worse%3E2%25",
        "promotion": f"{running}/promotion",
        "preview": f"{running}/promotion?rule=any",
        "change": change,
        "not there": f"/console/replays/{job_id(9)}",
    }


def test_every_page_keeps_the_guidelines_and_its_policy_on_a_phone_and_on_a_desk(
    reader: Page, filled: LiveGateway, axe: str
) -> None:
    before = {"columns": [{"name": "Mass", "why": "in grams", "cells": ["1", HOSTILE]}]}
    now = {"columns": [{"name": "Mass", "why": HOSTILE, "cells": ["2"]}], "title": HOSTILE}
    complaints = watch(reader)
    for name, path in list_pages(reader, filled).items():
        is_judged = name == "beside a control"
        filled.past.found = compare_beside_control(30) if is_judged else compare(before, now)
        for width in (PHONE, DESK):
            reader.set_viewport_size({"width": width, "height": 800})
            reader.goto(f"{filled.url}{path}")
            expect(reader.get_by_role("heading", level=1)).to_have_count(1)
            assert (name, width, look(reader, axe)) == (name, width, [])
            assert reader.evaluate("document.documentElement.scrollWidth") <= width, name
            assert reader.locator("main script, main img").count() == 0
    assert complaints == []


def test_the_empty_list_keeps_them_too(page: Page, live: LiveGateway, axe: str) -> None:
    page.goto(f"{live.url}/console/replays")
    expect(page.locator(".empty")).to_contain_text("brainshare replay plan")
    assert look(page, axe) == []


def test_a_replay_is_planned_started_and_followed(page: Page, live: LiveGateway) -> None:
    complaints = watch(page)
    live.past.sources = SOURCES
    page.goto(f"{live.url}/console/replays")
    page.get_by_role("link", name="Plan a replay").click()
    page.get_by_label("From the stage").select_option("column")
    page.get_by_role("button", name="Plan").click()
    expect(page.get_by_text("Nothing runs until you start it.")).to_be_visible()
    page.get_by_label("Money ceiling").fill("1.5")
    page.get_by_role("button", name="Start").click()
    progress = page.locator("#progress")
    expect(progress).to_contain_text("running")
    page.evaluate("window.isTheSame = true")
    path = page.url.removeprefix(live.url).partition("?")[0]
    fail_one(live, path)
    expect(progress).to_contain_text("1 failed, 2 waiting of 3")
    expect(page.locator("#failed")).to_contain_text("<script>alert(2)</script>")
    of = job(find_replay(path, SOURCES[1]), stages=(StageName.COLUMN,))
    live.project(request(next(OFFSETS), of=of))
    expect(progress).to_contain_text("1 failed, 1 under way, 1 waiting of 3")
    expect(page.locator("#summary")).to_have_text("running: 1 failed, 1 under way, 1 waiting of 3")
    assert page.evaluate("window.isTheSame")
    page.get_by_role("button", name="Pause").click()
    ceiling = page.get_by_label("Money ceiling")
    expect(ceiling).to_have_value("1.5")
    ceiling.fill("9")
    ceiling.blur()
    live.project(success(StageName.COLUMN, next(OFFSETS), of=of))
    expect(progress).to_contain_text("1 completed, 1 failed, 1 waiting of 3")
    expect(ceiling).to_have_value("9")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    assert complaints == []


def test_without_a_script_one_plans_compares_promotes_and_aborts(
    browser: Browser, filled: LiveGateway
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(WAIT_MS)
    plain = context.new_page()
    plain.goto(f"{filled.url}/console/replays/plan")
    plain.get_by_label("A sample of so many").fill("many")
    plain.get_by_label("tags").fill("kept")
    plain.get_by_role("button", name="Plan").click()
    expect(plain.get_by_label("A sample of so many")).to_have_attribute("aria-invalid", "true")
    expect(plain.get_by_label("tags")).to_have_value("kept")
    plain.get_by_label("A sample of so many").fill("3")
    plain.get_by_role("button", name="Plan").click()
    plain.get_by_role("button", name="Start").click()
    expect(plain.get_by_role("status").first).to_contain_text("Started.")
    filled.past.found = compare_beside_control(30)
    plain.get_by_role("link", name="Compare with the past").click()
    expect(plain.get_by_role("heading", name="The worst cases, side by side")).to_be_visible()
    filled.past.promotable = Promotable((), {str(one): "it is worse" for one in SOURCES})
    plain.get_by_role("link", name="Promote results").click()
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("#preview")).to_contain_text("0 of 3 jobs would be promoted")
    plain.goto(plain.url.partition("/promotion")[0])
    plain.get_by_text("Abort…").click()
    plain.get_by_role("button", name="Abort", exact=True).click()
    expect(plain.get_by_role("status").first).to_contain_text("Aborted.")
    context.close()
