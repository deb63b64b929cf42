"""What a client takes (RFC 9110, 12.5.1), against what a route has."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from schemas.kafka.headers import cut
from services.gateway.api.answer import JSON_TYPE
from services.gateway.api.problem import ProblemError

MAX_SHOWN_BYTES = 100
NAME = r"[\w!#$&^.+-]+"
RANGE = re.compile(rf"(\*|\*/\*|{NAME}/\*|{NAME}/{NAME})\s*(?:;(.*))?", re.ASCII)
QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([0-9]?\.?[0-9]{0,3})\s*(?:;|$)", re.ASCII | re.IGNORECASE)


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


def is_accepted(accept: str, offered: str) -> bool:
    """Whether a header takes a media type: its most exact range decides.

    A header that nobody can read says nothing.
    """
    ranges = [RANGE.fullmatch(part.strip()) for part in accept.lower().split(",") if part.strip()]
    if not ranges or None in ranges:
        return True
    exact = [offered, f"{offered.partition('/')[0]}/*", "*/*", "*"]
    fits = {exact.index(r[1]): _read_quality(r[2]) for r in ranges if r and r[1] in exact}
    return bool(fits) and fits[min(fits)] > 0


def _read_quality(parameters: str | None) -> float:
    found = QUALITY.search(parameters or "")
    return float(found[1]) if found and found[1] not in ("", ".") else 1.0


def _list_offered(answers: Mapping[int | str, Mapping[str, Any]]) -> Iterator[str]:
    for status, answer in answers.items():
        if 200 <= int(status) < 300:
            yield from ([JSON_TYPE] if "model" in answer else [])
            yield from answer.get("content", ())
