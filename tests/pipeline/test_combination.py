"""Whatever is in a request, its job ends, and never by a failure of our own.

All combinations of context, want and stages, a few hundred of them; `make test` takes a sample
(`TEST_SEED` names another one), `make operation` all.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx2
import pytest

from services.cli.client.command_client import CommandClient
from tests.stack import ROOT, RunningStack, wait_until

SAMPLE = 40
BATCH_S = 120.0
SEED = 20261126


def columns(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, **more} for name in names]


def example(name: str) -> Any:
    return json.loads((ROOT / "tests" / "examples" / name).read_bytes())["context"]


ANN = {"cells": ["Ann", "7"]}
CONTEXTS: dict[str, Any] = {
    "none": None,
    "a string": "Cheeses of France\nwith their milk",
    "an empty table": {},
    "a title only": {"title": "Rivers"},
    "columns only": {"title": "Rivers", "columns": columns("Name", "Length")},
    "columns and no title": {"columns": columns("Name", "Length")},
    "rows": {"title": "People", "columns": columns("Name", "Age"), "rows": [ANN]},
    "rows without columns": {"title": "People", "rows": [ANN]},
    "typed": {
        "title": "People",
        "columns": [
            {"name": "Name", "dataType": "text"},
            {"name": "Born", "dataType": "date"},
            {"name": "Paid", "dataType": "currency"},
            {"name": "Kind", "dataType": "select", "enumValues": ["a", "b"]},
        ],
        "rows": [{"cells": ["Ann", "2001-02-03", "5.00", "a"]}, {"cells": ["", "", "", ""]}],
    },
    "hostile cells": example("hostile-cells.json"),
    "duplicate headers": example("extend-duplicate-headers.json"),
    "large": {
        "title": "Numbers",
        "columns": columns(*(f"c{n}" for n in range(40))),
        "rows": [{"cells": [f"{row}.{n}" for n in range(40)]} for row in range(120)],
    },
    "unicode": {
        "title": "山 🏔️ e\u0301 \u202egnorw",
        "columns": columns("名前", "🏔️", "a\u0301"),
        "rows": [{"cells": ["富士山", "🗻", "\u200b"]}],
    },
}
WANTS: tuple[dict[str, Any] | None, ...] = (
    None,
    *({"columns": c, "rows": r} for c, r in product((0, 1, 10), (0, 1, 12))),
    {"columns": 2, "rows": 0, "fillExisting": False},
)
STAGES = (
    None,
    ["table"],
    ["column"],
    ["row"],
    ["table", "column"],
    ["column", "row"],
    ["table", "column", "row"],
)


@dataclass(frozen=True)
class Combination:
    """One request."""

    context: str
    want: dict[str, Any] | None
    stages: list[str] | None

    @property
    def body(self) -> dict[str, Any]:
        given = {"context": CONTEXTS[self.context], "want": self.want, "stages": self.stages}
        return {"tableId": "t", **{k: v for k, v in given.items() if v is not None}}


ALL = [Combination(*parts) for parts in product(CONTEXTS, WANTS, STAGES)]


@pytest.fixture
def http(stack: RunningStack) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=stack.gateway_url, timeout=60) as client:
        yield client


def run_all(http: httpx2.Client, gateway: CommandClient, chosen: list[Combination]) -> list[str]:
    """What went wrong: an answer that is neither 202 nor a 422 with a field, or how a job ended."""
    jobs: dict[str, Combination] = {}
    wrong = []
    for one in chosen:
        answer = http.post("/v1/jobs", json=one.body)
        if answer.status_code == 202:
            jobs[answer.json()["jobId"]] = one
        elif answer.status_code != 422 or not _names_a_field(answer.json()):
            wrong.append(f"{one}: {answer.status_code} {answer.text}")
    left = set(jobs)
    wait_until(lambda: _all_ended(gateway, left), BATCH_S, f"all of {len(jobs)} jobs end")
    for job_id, one in jobs.items():
        error = gateway.jobs.get(job_id).error
        if error is not None and (error.kind == "bug" or error.kind == "crash-suspect"):
            wrong.append(f"{one}: {error.kind} {error.message}")
    return wrong


def _names_a_field(problem: dict[str, Any]) -> bool:
    told = [error["pointer"] or error["message"] for error in problem.get("errors", [])]
    return any(word in text for text in told for word in ("context", "want", "stages"))


def _all_ended(gateway: CommandClient, left: set[str]) -> bool:
    left -= {job_id for job_id in [*left] if gateway.jobs.get(job_id).status.is_final}
    return not left


def _troubles(stack: RunningStack) -> set[int]:
    return {process.pid for process in stack.file.processes}


@pytest.mark.timeout(120)
def test_a_sample_of_all_requests_ends_without_a_failure_of_our_own(
    http: httpx2.Client, gateway: CommandClient, stack: RunningStack
) -> None:
    before = _troubles(stack)
    chosen = random.Random(SEED).sample(ALL, SAMPLE)
    assert run_all(http, gateway, chosen) == [], f"seed {SEED}"
    assert _troubles(stack) == before, "a process was started again"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_all_requests_end_without_a_failure_of_our_own(
    http: httpx2.Client, gateway: CommandClient, stack: RunningStack
) -> None:
    before = _troubles(stack)
    for start in range(0, len(ALL), 100):
        assert run_all(http, gateway, ALL[start : start + 100]) == []
    assert _troubles(stack) == before, "a process was started again"
