"""/healthz, /readyz and /metrics, for whoever operates the gateway."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from fastapi import APIRouter, Response

from schemas.contract import Contract
from services.gateway.projector import Projector
from services.gateway.store.database import Database
from services.gateway.store.job_store import count_open
from services.stage_runtime.log import get_log
from services.stage_runtime.metric import JOBS_IN_FLIGHT, render_metrics

T = TypeVar("T")

PROBE_TIMEOUT_S = 2.0

log = get_log()


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

    @router.get("/healthz", operation_id="readHealth", responses={200: {"model": Health}})
    async def read_health() -> Response:
        """Say that the event loop runs."""
        return _answer(Health(), HTTPStatus.OK)

    @router.get(
        "/readyz",
        operation_id="readReadiness",
        responses={200: {"model": Readiness}, 503: {"model": Readiness}},
    )
    async def read_readiness() -> Response:
        """Say whether database, broker and tables are up to date."""
        counts = await _probe("database", database.read(count_open))
        lag = await _probe("kafka", projector.measure_lag())
        readiness = Readiness(
            ready=counts is not None and lag is not None and projector.is_caught_up,
            database=counts is not None,
            kafka=lag is not None,
            caught_up=projector.is_caught_up,
            projector_lag=lag,
        )
        status = HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return _answer(readiness, status)

    @router.get("/metrics", operation_id="readMetrics", response_class=Response)
    async def read_metrics() -> Response:
        """Give the metrics in Prometheus' text format."""
        await _probe("kafka", projector.measure_lag())
        counts = await _probe("database", database.read(count_open))
        for state, count in (counts or {}).items():
            JOBS_IN_FLIGHT.labels(state).set(count)
        body, content_type = render_metrics()
        return Response(body, headers={"Content-Type": content_type})

    return router


async def _probe(what: str, answer: Awaitable[T]) -> T | None:
    """Wait a little for an answer; None when there is none."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await answer
    except Exception as error:  # whatever a client raises, what it asked did not answer
        log.warning("probe_failed", what=what, error_type=type(error).__name__)
        return None


def _answer(body: Contract, status: HTTPStatus) -> Response:
    return Response(body.to_json(), status, media_type="application/json")
