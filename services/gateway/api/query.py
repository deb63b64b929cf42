"""Refuses what nothing honours of how a request asks: a filter misspelt must not list everything,
and of two keys for one job nobody can say which was meant.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from schemas.kafka.headers import cut
from services.gateway.api.problem import refuse_parameter

MAX_NAME_BYTES = 64
KEY = "Idempotency-Key"


async def require_known_parameters(request: Request) -> None:
    """Let pass what asks by parameters of its route, each once, and by one key at most.

    Raises:
        ProblemError: 422; it asks by another one, or twice by one.
    """
    if len(request.headers.getlist(KEY)) > 1:
        raise refuse_parameter(KEY, "is given twice; give it once")
    asked = [name for name, _ in request.query_params.multi_items()]
    if not asked:
        return
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = list(_list_known(route))
    for name in dict.fromkeys(asked):
        if name not in known:
            raise refuse_parameter(cut(name, MAX_NAME_BYTES), _tell_known(name, known))
        if asked.count(name) > 1:
            raise refuse_parameter(name, "is given twice; give it once")


def _list_known(route: APIRoute) -> Iterator[str]:
    for field in route.dependant.query_params:
        of_all = field.field_info.annotation
        if isinstance(of_all, type) and issubclass(of_all, BaseModel):
            fields = of_all.model_fields.items()
            yield from (one.alias or name for name, one in fields)
        else:
            yield field.alias


def _tell_known(name: str, known: list[str]) -> str:
    if near := get_close_matches(name, known, 1):
        return f"is no parameter of this request; did you mean {near[0]}?"
    choice = ", ".join(sorted(known)) or "none"
    return f"is no parameter of this request; there are: {choice}"
