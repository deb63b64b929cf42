"""The fields of a form in, what the API takes for the same out, by the same checks. Pure.

A browser sends each field as a text, and what was left empty as "": a number is read where one
stands, and what is no number is left as it is, for the contract to say so.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from schemas.api.replay.request import (
    ReplayControlRequest,
    ReplayPromotionRequest,
    ReplayRequest,
    ReplayRollbackRequest,
    ReplayStartRequest,
)
from schemas.contract import RequestContract
from services.gateway.api.body import parse_body
from services.gateway.api.problem import ProblemError

Form = Mapping[str, str]

STATUSES = ("completed", "failed", "cancelled")
TEXTS = ("stage", "tableId", "tenant", "promptVersion", "model", "reason")
WORDS = re.compile(r"[\s,;]+")
MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?", re.ASCII)
"""What a field for a moment gives: without a zone, which the page says to be UTC."""

T = TypeVar("T", bound=RequestContract)


def read_plan(form: Form) -> ReplayRequest:
    """Which jobs are to run again.

    Raises:
        ProblemError: 422, each field that is wrong by its name; likewise the others.
    """
    document: dict[str, Any] = _take(form, TEXTS)
    document |= {name: _read_moment(text) for name, text in _take(form, ("from", "to")).items()}
    document |= {name: _read_number(text) for name, text in _take(form, AMOUNTS).items()}
    document |= {name: _split(text) for name, text in _take(form, ("tags", "jobIds")).items()}
    if form.get("prompt", "").strip():
        document["prompt"] = form["prompt"]  # to the letter: its version is made of it
    if form.get("live"):
        document["live"] = True
    statuses = [status for status in STATUSES if form.get(status)]
    return _check(document | ({"statuses": statuses} if statuses else {}), ReplayRequest)


def read_control(form: Form) -> ReplayControlRequest:
    """How a replay's jobs are to run once more."""
    document: dict[str, Any] = _take(form, ("model", "reason"))
    document |= {name: _read_number(text) for name, text in _take(form, ("sample",)).items()}
    return _check(document, ReplayControlRequest)


def read_start(form: Form) -> ReplayStartRequest:
    """How fast a replay may be, and where it stops by itself."""
    numbers = {name: _read_number(text) for name, text in _take(form, PACE).items()}
    said = {"live": True} if form.get("live") else {}
    return _check(_take(form, ("reason",)) | numbers | said, ReplayStartRequest)


def read_promotion(form: Form) -> ReplayPromotionRequest:
    """Which results are to be those of their jobs."""
    document: dict[str, Any] = _take(form, ("rule", "reason"))
    return _check(document | _name_jobs(form), ReplayPromotionRequest)


def read_rollback(form: Form) -> ReplayRollbackRequest:
    """Which jobs are to have their own results again."""
    document: dict[str, Any] = _take(form, ("reason",))
    return _check(document | _name_jobs(form), ReplayRollbackRequest)


def tell_by_field(error: ProblemError) -> dict[str, str]:
    """What is wrong with each field of a form, by its name."""
    found = {one.pointer.split("/")[1]: one.message for one in error.errors[::-1] if one.pointer}
    return {name: message for name, message in found.items() if name}


AMOUNTS = ("sample", "limit")
PACE = ("rate", "liveWaitS", "maxOpen", "maxCostUsd", "maxFailedPercent")


def _take(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """The fields of these names that are not empty."""
    given = {name: form.get(name, "").strip() for name in names}
    return {name: text for name, text in given.items() if text}


def _name_jobs(form: Form) -> dict[str, Any]:
    return {name: _split(text) for name, text in _take(form, ("jobIds",)).items()}


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in WORDS.split(text) if word))


def _read_number(text: str) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def _read_moment(text: str) -> str:
    return f"{text}Z" if MINUTE.fullmatch(text) else text


def _check(document: dict[str, Any], contract: type[T]) -> T:
    return parse_body(json.dumps(document).encode(), contract)
