"""What a gateway has answered: read as a value of the contracts, or told as an error."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import httpx2
from pydantic import ValidationError

from brainshare_client.exchange.error import BrainshareError, UnreadableAnswer, find_class
from schemas.api.problem import Problem
from schemas.contract import Contract
from schemas.retry_after import read_retry_after

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True)
class Answer:
    """An answer as it came.

    Attributes:
        url: Where it came from, without a password.
    """

    url: str
    status: int
    headers: httpx2.Headers
    content: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether what was asked for was done, or begun."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def as_contract(contract: type[C]) -> Callable[[Answer], C]:
    """How an answer is read whose body is a value of the contracts."""
    return lambda answer: read_value(contract, answer.content, answer)


def read_value(contract: type[C], told: bytes | str, answer: Answer) -> C:
    """A value of the contracts.

    Args:
        answer: With which it came.

    Raises:
        UnreadableAnswer: It is none.
    """
    try:
        return contract.from_json(told)
    except ValidationError as error:
        raise UnreadableAnswer(
            f"the answer of {answer.url} cannot be read: what answers is no Brainshare gateway, or"
            " one of another release: use its `brainshare`"
            f" ({contract.__name__}: {error.error_count()} fields)",
            answer.status,
        ) from None  # its text shows what came


def as_nothing(_: Answer) -> None:
    """How an answer is read that says nothing but that it is done."""


def as_bytes(answer: Answer) -> bytes:
    """How an answer is read that is a file."""
    return answer.content


def tell_refusal(answer: Answer) -> BrainshareError:
    """The error of an answer that is no success."""
    wait_s = read_retry_after(answer.headers.get("Retry-After"), time.time())
    with suppress(ValidationError):
        problem = Problem.from_json(answer.content)
        if problem.status == answer.status:
            return find_class(answer.status)(problem, wait_s)
    leads = _tell_redirect(answer)
    return UnreadableAnswer(
        f"{answer.status} {_name(answer.status)}: what answers at {answer.url} is no Brainshare"
        f" gateway{leads}",
        answer.status,
        wait_s,
    )


def _tell_redirect(answer: Answer) -> str:
    with suppress(httpx2.InvalidURL):
        leads = httpx2.URL(answer.headers.get("Location", ""))
        if answer.status // 100 == 3 and leads.host:
            return f"; it leads to {leads.scheme}://{leads.netloc.decode()}: name that one"
    return ""


def _name(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "of no known meaning"
