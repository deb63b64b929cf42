"""What Next.js hands on to a gateway by its `rewrites`, without a line of the app's own."""

from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.live_gateway import LiveGateway
from tests.stack import wait_until

REWRITES = """
export default {
  rewrites: async () => [{ source: "/gateway/:path*", destination: "%s/:path*" }],
};
"""
REQUEST = {"tableId": "tbl_2", "context": {"title": "Moons"}}
WAIT = {"Prefer": "wait=20"}


def wait_through_a_rewrite(events: str, live: LiveGateway) -> None:
    """A long poll comes through what Next.js rewrites, and goes on after a cursor."""
    with httpx2.Client(headers={"Accept": "application/json"}, timeout=60, trust_env=False) as http:
        cursor = http.get(events).json()["next"]
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(http.get, events, params={"after": cursor}, headers=WAIT)
            wait_until(lambda: live.watchers, 20, "it waits")
            posted = http.post(f"{live.url}/v1/jobs", json=REQUEST).json()
            live.project(*live.records_of_last()[:1])
            told = asked.result(60)
    assert told.headers["Preference-Applied"] == WAIT["Prefer"]
    assert {event["jobId"] for event in told.json()["events"]} == {posted["jobId"]}
