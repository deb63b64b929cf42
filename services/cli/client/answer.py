"""What a gateway has answered: read, or told as what it refuses."""

from http import HTTPStatus
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from schemas.api.problem import Problem
from schemas.contract import Contract
from services.cli.terminal.error import CliError, RequestRefused

C = TypeVar("C", bound=Contract)

KEY_HINT = "commands send the key in BRAINSHARE_API_KEY"


def read_answer(contract: type[C], content: bytes | str) -> C:
    """Read what a gateway has answered."""
    try:
        return contract.from_json(content)
    except ValidationError as error:
        raise CliError(
            "the answer cannot be read: what answers is no Brainshare gateway, or one of another"
            f" release: use its `brainshare` ({contract.__name__}: {len(error.errors())} fields)"
        ) from error


def check(response: httpx2.Response) -> bytes:
    """The body of an answer.

    Raises:
        RequestRefused: It is a refusal.
    """
    if response.is_success:
        return response.content
    hint = f"; {KEY_HINT}" if response.status_code == HTTPStatus.UNAUTHORIZED else ""
    raise RequestRefused(f"{response.status_code}: {_complaint(response)}{hint}")


def _complaint(response: httpx2.Response) -> str:
    """What the gateway says, each field once, or that this is none."""
    try:
        problem = Problem.from_json(response.content)
    except ValidationError:
        return f"{response.reason_phrase}: what answers at {response.url} is no Brainshare gateway"
    fields = (f"{e.pointer}: {e.message}" if e.pointer else e.message for e in problem.errors)
    untold = (field for field in fields if field not in problem.detail)
    return "; ".join((problem.detail, *untold))
