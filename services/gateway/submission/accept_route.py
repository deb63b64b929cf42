"""POST /v1/jobs: accept a job."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from schemas.job.request import SuggestionRequest
from services.gateway.access.principal import principal_of
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.negotiation import PREFER
from services.gateway.api.openapi import describe_body
from services.gateway.job.view import JOBS_PATH
from services.gateway.submission.acceptance import ACCEPT_ANSWERS, Acceptance
from services.gateway.submission.idempotency_key import HEADER, SHAPE
from services.gateway.submission.order import read_order

EXAMPLE = {
    "tableId": "tbl_planets",
    "context": {"title": "Planets and Moons of Our Solar System"},
}


def make_accept_router(acceptance: Acceptance, bodies: BodyReader) -> APIRouter:
    """The route by which jobs come in."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        JOBS_PATH,
        operation_id="acceptJob",
        status_code=HTTPStatus.ACCEPTED,
        response_class=Response,
        responses=ACCEPT_ANSWERS,
        openapi_extra=describe_body(SuggestionRequest, EXAMPLE),
    )
    async def accept_job(
        request: Request,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias=HEADER,
                description="Same key and body: the same job again.",
                json_schema_extra=SHAPE,
            ),
        ] = None,
        prefer: Annotated[str | None, Header(description=PREFER)] = None,
    ) -> Response:
        """Accept a job: suggestions for one table."""
        told = (idempotency_key, acceptance.intake.now(), principal_of(request.scope).tenant)
        async with bodies.read(request, read_order, *told) as order:
            job = await acceptance.accept(request, order)
        return await acceptance.answer(request, order, job, prefer)

    return router
