"""/healthz, /readyz and /metrics, for whoever operates the gateway."""

import asyncio
import math
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.status import JobState
from schemas.contract import Contract
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.gateway.api.answer import answer_json
from services.gateway.database.database import Database
from services.gateway.dead_letter.store import count_open_letters
from services.gateway.job.store import count_open
from services.gateway.operation.dependency_probe import TIMEOUT_S, Probe
from services.gateway.projection.projector import Projector
from services.telemetry.metric import (
    DEAD_LETTERS_OPEN,
    DEPENDENCY_UP,
    JOBS_IN_FLIGHT,
    PROJECTOR_LAG,
    render_metrics,
)

METRICS: dict[str, dict[str, dict[str, str]]] = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/openmetrics-text")
}

SCRAPE_TIMEOUT = "x-prometheus-scrape-timeout-seconds"
"""The header in which Prometheus says how long it waits for an answer."""
SCRAPE_SHARE = 0.5
"""Of that time, for what does not answer: the rest is for what is told all the same."""


class Health(Contract):
    """That the process serves requests."""

    status: str = "ok"


class Readiness(Contract):
    """Whether answers can be relied on.

    Attributes:
        caught_up: Whether the tables hold all that the topics held when the process began.
        projector_lag: Records that the topics hold beyond the tables; None if no broker answers.
    """

    ready: bool
    database: bool
    kafka: bool
    caught_up: bool
    projector_lag: int | None


def make_health_router(database: Database, projector: Projector) -> APIRouter:
    """The routes of health and metrics."""
    router = APIRouter(tags=["operation"])
    lag_probe = Probe("kafka", projector.measure_lag)
    letter_probe = Probe("database", lambda: database.read(count_open_letters))
    count_probe = Probe("database", lambda: database.read(count_open))
    write_probe = Probe("database", lambda: database.try_to_write())

    @router.get("/healthz", operation_id="readHealth", responses={200: {"model": Health}})
    async def read_health() -> Response:
        """Say that the event loop runs."""
        return answer_json(Health())

    @router.get(
        "/readyz",
        operation_id="readReadiness",
        responses={200: {"model": Readiness}, 503: {"model": Readiness}},
    )
    async def read_readiness() -> Response:
        """Say whether database, broker and tables are up to date."""
        counts, lag = await count_probe.ask(), await lag_probe.ask()
        is_well = counts is not None and not database.is_damaged
        readiness = _judge(is_well, lag, projector.is_caught_up)
        status = HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return answer_json(readiness, status=status)

    @router.get(
        "/metrics",
        operation_id="readMetrics",
        response_class=Response,
        responses={200: {"description": "Metrics", "content": METRICS}},
    )
    async def read_metrics(request: Request) -> Response:
        """Give the metrics in Prometheus' text format."""
        patience_s = find_patience_s(request.headers.get(SCRAPE_TIMEOUT))
        counts, letters, lag = await asyncio.gather(
            count_probe.ask(patience_s), letter_probe.ask(patience_s), lag_probe.ask(patience_s)
        )
        _set_counts(counts or {}, letters or {})
        DEPENDENCY_UP.labels("kafka").set(lag is not None)
        if database.refuses_writes:  # perhaps nobody else tries, now that it would take them
            await write_probe.ask(patience_s)
        is_held_up = projector.tables.waits_for_database or database.refuses_writes
        takes_writes = not (database.is_damaged or is_held_up)
        DEPENDENCY_UP.labels("database").set(counts is not None and takes_writes)
        PROJECTOR_LAG.set(math.nan if lag is None else lag)
        body, content_type = render_metrics(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": content_type})

    return router


def _judge(is_well: bool, lag: int | None, is_caught_up: bool) -> Readiness:
    return Readiness(
        ready=is_well and lag is not None and is_caught_up,
        database=is_well,
        kafka=lag is not None,
        caught_up=is_caught_up,
        projector_lag=lag,
    )


def find_patience_s(told: str | None) -> float:
    """How long a scrape may wait for Kafka and the database, in seconds.

    A scrape that is given up on tells nothing, and looks as if the gateway were down.
    """
    try:
        wanted_s = float(told or "") * SCRAPE_SHARE
    except ValueError:
        return TIMEOUT_S
    return min(TIMEOUT_S, wanted_s) if wanted_s > 0 else TIMEOUT_S


def _set_counts(
    jobs: Mapping[JobState, int], letters: Mapping[tuple[StageName, ErrorKind], int]
) -> None:
    for state, count in jobs.items():
        JOBS_IN_FLIGHT.labels(state).set(count)
    for (stage, kind), count in letters.items():
        DEAD_LETTERS_OPEN.labels(stage, kind).set(count)
