"""A provider that is slow, limits, fails, or takes neither key nor money."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.drill.fault.shape import Fault, Plant
from tests.drill.site import STAGES, WELL, Site
from tests.pipeline.model_proxy import Spoken

SLOW_MS = 5_000
"""Three of them make a job late by the rules of the drill."""
LIMITED_SHARE = 0.3
"""So many calls are refused that it is told of, and nearly all jobs get through in time."""
DEARER = 4_000
"""So many times more tokens of answer are billed than were written."""
DAYS, LITTLE_USD = 3, 1.0


def acting(**scenario: Any) -> Plant:
    """The demo model acts a scenario out, and then is well."""

    @contextmanager
    def plant(site: Site) -> Iterator[None]:
        site.demo.act(WELL | scenario)
        try:
            yield
        finally:
            site.demo.act(WELL)

    return plant


@contextmanager
def _spending(site: Site) -> Iterator[None]:
    """Answers are billed dearly until the day's budget is spent; then it is another day."""
    site.proxy.spoil = _bill_dearly
    try:
        yield
    finally:
        site.proxy.spoil = None
        # One of each stage at a time, so that none is without a worker.
        for workers in zip(*map(site.workers, STAGES), strict=True):
            _begin_another_day(site, workers)


def _begin_another_day(site: Site, workers: Sequence[str]) -> None:
    """Let workers forget what they have spent; a call under way may write it down once more."""
    for _ in range(DAYS):
        for worker in workers:
            _forget_spending(site.stack.data_dir / worker)
        site.restart(*workers)
        if max(site.find_spent(worker) for worker in workers) < LITTLE_USD:
            return
    raise AssertionError(f"{', '.join(workers)} still know what they have spent")


def _bill_dearly(spoken: Spoken, key: str) -> Spoken:
    document: dict[str, Any] = json.loads(spoken.body)
    usage: Mapping[str, int] = document.get("usage") or {}
    if not usage:
        return spoken
    written = usage["completion_tokens"] * DEARER
    document["usage"] = {**usage, "completion_tokens": written}
    return Spoken(spoken.status, json.dumps(document).encode(), spoken.headers)


def _forget_spending(folder: Path) -> None:
    for file in folder.glob("spending-*.json"):
        file.unlink()


MODEL_FAULTS = (
    Fault(
        "provider slow",
        acting(latencyMs=SLOW_MS),
        fires=("JobLatencyBurn",),
        says="provider is slow",
        beside=("OldestJobTooOld",),
        within="1h",
    ),
    Fault(
        "429",
        acting(faults={"429-bare": LIMITED_SHARE}),
        fires=("ModelRateLimited",),
        says="429",
        beside=("StageParked",),
        within="15m",
    ),
    Fault(
        "500s",
        acting(faults={"500": 1.0}),
        fires=("ProviderOutage",),
        says="is down",
    ),
    Fault("no key", acting(faults={"401": 1.0}), fires=("StageParked",), says="refuses the key"),
    Fault("no money", acting(faults={"402": 1.0}), fires=("StageParked",), says="has no money"),
)
SPEND_FAULTS = (
    Fault(
        "spend over budget",
        _spending,
        fires=("SpendNearBudget", "StageParked"),
        says="budget of the day",
        # What has waited is late once its stage goes on: for longer than the alert before it keeps
        # that silent, since the restarts that repair it are not shortened.
        beside=("JobLatencyBurn", "OldestJobTooOld"),
        within="20m",
    ),
)
