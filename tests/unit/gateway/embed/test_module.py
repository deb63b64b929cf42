"""What the module of a page does with answers that are no good news; in Node, without a browser."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.gateway import embed

MODULE = (Path(embed.__file__).parent / "brainshare.js").as_uri()
SCRIPT = Path(__file__).parent / "answered.mjs"
END_S = 20
"""Node takes a tenth of one to start."""

NOTHING = {"status": 200, "body": {"jobs": [], "next": "a-1", "isReset": False}}
RESET = {"status": 200, "body": {"jobs": [], "next": "a-1", "isReset": True}}
WAITED = NOTHING | {"headers": {"Preference-Applied": "wait=25"}}
BUSY = {"status": 503}


@pytest.mark.parametrize(("status", "kept"), [(404, {}), (410, {}), (503, {"job-1": "bst_x"})])
def test_a_job_that_is_gone_is_forgotten(status: int, kept: dict[str, str]) -> None:
    assert json.loads(run([RESET], {"status": status})["kept"]) == kept


@pytest.mark.parametrize(
    ("after", "waits_ms"),
    [
        (None, [2_000, 4_000, 8_000, 16_000, 32_000, 32_000]),
        ("5", [5_000, 5_000, 8_000, 16_000, 32_000, 32_000]),
        ("Wed, 21 Oct 2015 07:28:00 GMT", [2_000, 4_000, 8_000]),
    ],
)
def test_a_server_that_refuses_is_asked_less_and_less_often(
    after: str | None, waits_ms: list[int]
) -> None:
    refusal = BUSY | ({"headers": {"Retry-After": after}} if after else {})
    assert find_waits([refusal])[: len(waits_ms)] == waits_ms


def test_a_good_answer_begins_the_waits_anew() -> None:
    assert find_waits([BUSY, BUSY, WAITED])[:6] == [2_000, 4_000] * 3


@pytest.mark.parametrize(("is_full", "preferred"), [(False, "wait=25"), (True, "")])
def test_where_other_tabs_hold_all_connections_a_page_holds_none_and_asks_now_and_then(
    is_full: bool, preferred: str
) -> None:
    told = run([NOTHING], isFull=is_full)
    assert set(told["preferred"]) == {preferred}
    assert {ms for ms in told["waits"] if ms} == {2_000}


def test_a_client_that_nobody_uses_asks_for_nothing() -> None:
    """React's strict form makes two, and throws one away."""
    assert run([NOTHING], isUnused=True)["preferred"] == []


def find_waits(events: list[dict[str, Any]]) -> list[int]:
    """For how long the module has waited each time that it has, in milliseconds."""
    return [ms for ms in run(events)["waits"] if ms]


def run(events: list[dict[str, Any]], job: dict[str, Any] = BUSY, **how: bool) -> dict[str, Any]:
    """What comes of a job that a page has kept.

    Args:
        how: What the script knows besides.
    """
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise AssertionError("Node is not installed")
        pytest.skip("Node is not installed")
    told = {"events": events, "job": job, **how}
    argv = [node, str(SCRIPT), MODULE, json.dumps(told)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=END_S, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
