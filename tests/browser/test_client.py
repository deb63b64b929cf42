"""The module in a page: submitted, followed over one connection, through whatever happens."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PageServer
from tests.live_gateway import LiveGateway

pytestmark = pytest.mark.timeout(300)

SCRIPT = """
import { createBrainshare } from "%(url)s/client/brainshare.js";
const token = async (ids) => {
  window.asked = (window.asked ?? 0) + 1;
  const answer = await fetch("%(url)s/v1/stream-tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(ids.length ? { jobId: ids[0] } : {}),
  });
  return (await answer.json()).token;
};
window.client = createBrainshare({ url: "%(url)s", token, retryMs: 100 });
"""
SUBMIT = "client.submit({tableId: 'tbl_1', context: {title: 'Planets'}}).then((job) => job.jobId)"
IS_DONE = "(id) => client.get(id)?.status === 'completed' && client.get(id).result !== null"
NO_EVENT_SOURCE = "delete window.EventSource"
TABS, MOST_HELD = 9, 4
"""A browser makes six connections to a server."""

HELD_BACK = """
window.EventSource = class extends EventTarget {
  readyState = 0;
  close() {}
};
"""


@pytest.fixture
def open_page(page: Page, pages: PageServer, live: LiveGateway) -> Callable[[], Page]:
    def load() -> Page:
        script = (SCRIPT % {"url": live.url}).encode()
        pages.pages["/"] = ("text/html", b"<script type=module src=/app.js></script>")
        pages.pages["/app.js"] = ("text/javascript", script)
        page.goto(pages.origin)
        page.wait_for_function("window.client")
        return page

    return load


def until_watched(page: Page, live: LiveGateway, count: int = 1) -> None:
    for _ in range(600):
        if live.watchers == count:
            return
        page.wait_for_timeout(50)  # its clock also lets the page go on
    raise AssertionError(f"{live.watchers} connections and not {count}")


def test_a_job_goes_from_submit_to_its_result(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    page = open_page()
    streams: list[str] = []
    page.on("request", lambda r: streams.append(r.url) if "/v1/events" in r.url else None)
    job_id = page.evaluate(SUBMIT)
    until_watched(page, live)
    page.evaluate("window.seen = []; void client.subscribe(() => seen.push(client.getSnapshot()))")
    for record in live.records_of_last():
        live.project(record)
    page.wait_for_function(IS_DONE, arg=job_id)
    until_watched(page, live, 0)
    assert page.evaluate("client.get([...client.getSnapshot().keys()][0]).result.rows.length") == 1
    assert page.evaluate("new Set(seen).size === seen.length && seen.length > 1")
    assert len(streams) == 1
    assert "token=bst_" in streams[0]


@pytest.mark.parametrize("init", ["", NO_EVENT_SOURCE, HELD_BACK], ids=["sse", "poll", "held"])
def test_a_restart_of_the_gateway_costs_nothing(
    open_page: Callable[[], Page], page: Page, live: LiveGateway, init: str
) -> None:
    page.add_init_script(init or "0")
    open_page()
    job_id = page.evaluate(SUBMIT)
    records = live.records_of_last()
    until_watched(page, live)
    live.project(*records[:3])
    page.wait_for_function("(id) => client.get(id)?.status === 'running'", arg=job_id)
    live.stop()
    live.start()
    live.project(*records[3:])
    page.wait_for_function(IS_DONE, arg=job_id)


def test_many_jobs_share_one_connection(open_page: Callable[[], Page], live: LiveGateway) -> None:
    page = open_page()
    ids, records = [], []
    for _ in range(8):
        ids.append(page.evaluate(SUBMIT))
        records += live.records_of_last()
    until_watched(page, live)
    live.project(*records)
    for job_id in ids:
        page.wait_for_function(IS_DONE, arg=job_id)


def test_more_tabs_than_a_browser_has_connections_all_see_their_jobs_through(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    first = open_page()
    tabs, ids, records = [first], [], []
    for _ in range(TABS - 1):
        tab = first.context.new_page()
        tab.goto(first.url)
        tab.wait_for_function("window.client")
        tabs.append(tab)
    for tab in tabs:
        ids.append(tab.evaluate(SUBMIT))
        records += live.records_of_last()
    until_watched(first, live, MOST_HELD)
    live.project(*records)
    for tab, job_id in zip(tabs, ids, strict=True):
        tab.wait_for_function(IS_DONE, arg=job_id)


def test_a_reload_goes_on_with_what_runs(open_page: Callable[[], Page], live: LiveGateway) -> None:
    page = open_page()
    job_id = page.evaluate(SUBMIT)
    records = live.records_of_last()
    live.project(*records[:2])
    open_page()
    page.wait_for_function("(id) => client.get(id)?.status === 'running'", arg=job_id)
    live.project(*records[2:])
    page.wait_for_function(IS_DONE, arg=job_id)
    assert page.evaluate("sessionStorage.getItem('brainshare.jobs')") == "{}"


def test_a_token_that_goes_no_more_is_replaced(
    open_page: Callable[[], Page], page: Page, live: LiveGateway
) -> None:
    open_page()
    job_id = page.evaluate(SUBMIT)
    records = live.records_of_last()
    live.project(*records[:2])
    kept = json.dumps({job_id: "bst_AAAA.AAAA"})
    page.evaluate(
        "(kept) => (client.close(), sessionStorage.setItem('brainshare.jobs', kept))", kept
    )
    open_page()
    page.evaluate("void client.getSnapshot()")
    until_watched(page, live)
    live.project(*records[2:])
    page.wait_for_function(IS_DONE, arg=job_id)
    assert page.evaluate("window.asked") >= 1


def test_a_cancel_is_a_request_of_its_own(open_page: Callable[[], Page], live: LiveGateway) -> None:
    page = open_page()
    job_id = page.evaluate(SUBMIT)
    page.evaluate("(id) => client.cancel(id, 'enough')", job_id)
    assert live.published[-1][0].endswith("job.control")
    assert page.evaluate("(id) => client.get(id).status", job_id) == "cancelling"


def test_a_job_that_a_reloaded_page_goes_on_with_is_cancelled_too(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    page = open_page()
    job_id = page.evaluate(SUBMIT)
    live.project(*live.records_of_last()[:2])
    open_page()
    page.wait_for_function("(id) => client.get(id)?.status === 'running'", arg=job_id)
    page.evaluate("(id) => client.cancel(id)", job_id)
    assert live.published[-1][0].endswith("job.control")
    assert page.evaluate("(id) => client.get(id).status", job_id) == "cancelling"


def test_a_table_s_jobs_are_found_without_a_stored_id(
    open_page: Callable[[], Page], page: Page, live: LiveGateway
) -> None:
    open_page()
    job_id = page.evaluate(SUBMIT)
    live.project(*live.records_of_last()[:2])
    page.evaluate("sessionStorage.clear()")
    page.evaluate("client.close()")
    page.goto("about:blank")
    open_page()
    page.evaluate("sessionStorage.clear(); void client.watchTable('tbl_1')")
    page.wait_for_function("(id) => client.get(id)?.status === 'running'", arg=job_id)


def test_a_hidden_page_holds_no_connection(
    open_page: Callable[[], Page], live: LiveGateway
) -> None:
    page = open_page()
    job_id = page.evaluate(SUBMIT)
    until_watched(page, live)
    turn = """(is) => {
      Object.defineProperty(document, "hidden", { value: is, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(turn, True)
    until_watched(page, live, 0)
    live.project(*live.records_of_last())
    page.evaluate(turn, False)
    page.wait_for_function(IS_DONE, arg=job_id)


def test_what_is_wrong_with_a_request_is_an_error_that_says_so(
    open_page: Callable[[], Page],
) -> None:
    told = open_page().evaluate("client.submit({}).catch((e) => [e.name, e.status, e.message])")
    assert told[:2] == ["BrainshareError", 422]
    assert "tableId" in told[2]
