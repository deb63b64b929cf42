"""What a client takes (RFC 9110, 12.5.1), against what a route has."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from schemas.kafka.headers import cut
from services.gateway.api.answer import JSON_TYPE
from services.gateway.api.negotiation import is_accepted
from services.gateway.api.problem import ProblemError

MAX_SHOWN_BYTES = 100


async def require_acceptable(request: Request) -> None:
    """Let pass who takes what the route has.

    Raises:
        ProblemError: 406.
    """
    accept = ",".join(request.headers.getlist("accept"))
    offered = list(_list_offered(getattr(request.scope["route"], "responses", {})))
    if accept and offered and not any(is_accepted(accept, one) for one in offered):
        detail = (
            f"accept: {cut(accept, MAX_SHOWN_BYTES)!r} leaves nothing to answer with; there is"
            f" {', '.join(offered)}"
        )
        raise ProblemError(HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", detail)


def _list_offered(answers: Mapping[int | str, Mapping[str, Any]]) -> Iterator[str]:
    for status, answer in answers.items():
        if 200 <= int(status) < 300:
            yield from ([JSON_TYPE] if "model" in answer else [])
            yield from answer.get("content", ())
