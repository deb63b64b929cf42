"""POST /v1/stream-tokens: what a page is given to follow jobs with."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from schemas.api.key import StreamToken, StreamTokenRequest
from services.gateway.access.principal import principal_of
from services.gateway.access.stream_token import StreamTokens
from services.gateway.api.answer import answer_json
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.openapi import describe_body, problems
from services.gateway.api.problem import refuse_job
from services.gateway.database.database import Database
from services.gateway.job.store import find_job
from services.telemetry.log import get_log

TOKENS_PATH = "/v1/stream-tokens"
NO_STORE = {"Cache-Control": "no-store"}

log = get_log()


def make_token_router(database: Database, tokens: StreamTokens, bodies: BodyReader) -> APIRouter:
    """The route of stream tokens."""
    router = APIRouter(tags=["access"])

    @router.post(
        TOKENS_PATH,
        operation_id="createStreamToken",
        status_code=HTTPStatus.CREATED,
        response_class=Response,
        responses={
            201: {"model": StreamToken},
            **problems(
                HTTPStatus.BAD_REQUEST,
                HTTPStatus.NOT_FOUND,
                HTTPStatus.REQUEST_TIMEOUT,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                HTTPStatus.UNPROCESSABLE_ENTITY,
            ),
        },
        openapi_extra=describe_body(StreamTokenRequest, {"expiresInS": 900}),
    )
    async def create_token(request: Request) -> Response:
        """Make a token by which a page may follow one job, or all of a tenant, for some minutes."""
        principal = principal_of(request.scope)
        async with bodies.read(request, parse_body, StreamTokenRequest) as asked:
            sight = principal.look_at(asked.tenant)
        tenant = asked.tenant or principal.tenant
        job_id = None if asked.job_id is None else str(asked.job_id)
        if job_id is not None:
            job = await database.read(find_job, job_id, sight)
            if job is None or job.tenant is None:
                raise refuse_job(job_id)
            tenant = job.tenant
        token = tokens.issue(tenant, job_id, asked.expires_in_s)
        log.info("stream_token_issued", of=tenant, job_id=job_id, by_key=principal.key_id)
        return answer_json(token, NO_STORE, HTTPStatus.CREATED)

    return router
