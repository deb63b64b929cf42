"""What `brainshare capacity` says that a setup carries at most: its plan, turned around. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.cli.capacity.expectation import expect
from services.cli.capacity.formula import plan_stage
from services.cli.capacity.load import Load
from services.cli.capacity.observed import observe
from services.cli.explanation.metrics import Metrics
from services.cli.request.dry_run import estimate_body
from services.cli.settings.term import Terms
from tests.scale.setup import CONCURRENCY, Setup

TERMS = Terms(concurrency=CONCURRENCY, replicas=1, keep_days=0, pool_size=10)
A_JOB_PER_S = 60.0


class Prediction(NamedTuple):
    """The most jobs a second, and what does not allow more."""

    per_s: float
    bound: str


def predict(setup: Setup, load: Load, terms: Terms = TERMS) -> Prediction:
    """What binds first: the slots of a stage, its workers' cores, or the limit that is set."""
    return min(_bounds(setup, load, terms))


def read_load(body: bytes, workers: Sequence[Metrics]) -> Load:
    """What a job is like, as `capacity --from-metrics` reads it off the workers."""
    return observe(expect(estimate_body(body, "the job", "", None), A_JOB_PER_S), workers)


def _bounds(setup: Setup, load: Load, terms: Terms) -> Iterator[Prediction]:
    for stage in load.stages:
        plan = plan_stage(1.0, stage, terms)
        if not plan.calls_under_way:
            continue
        slots = setup.workers * terms.concurrency
        yield Prediction(slots / plan.calls_under_way, f"slots of {stage.stage.value}")
        yield Prediction(setup.workers / plan.cores, f"cores of {stage.stage.value}")
        if setup.calls_per_min is not None:
            limit = setup.workers * setup.calls_per_min
            yield Prediction(limit / plan.calls_per_min, f"limit of {stage.stage.value}")
