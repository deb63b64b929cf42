"""Every failure that this server can act out, by name, and the draw that picks one for a call."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Where in the answer a fault shows."""

    STATUS = "status"
    WIRE = "wire"
    ENVELOPE = "envelope"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure. `row` is its row in the error table of the model-call guide."""

    name: str
    row: int
    kind: FaultKind
    status: int = 200
    type: str = "server_error"
    code: str | None = None
    param: str | None = None
    message: str = ""
    headers: Mapping[str, str] | None = None
    has_retry_after: bool = False
    is_text: bool = False


class UnknownFaultError(ValueError):
    """A fault is asked for by a name or a probability that is not known. Not retryable."""


_INVALID = "invalid_request_error"
_OVERLOADED = "The demo server acts overloaded"


def _status(name: str, row: int, status: int, message: str, **fields: object) -> Fault:
    return Fault(name, row, FaultKind.STATUS, status, message=message, **fields)  # type: ignore[arg-type]


_TABLE = (
    _status("408", 6, 408, "Request timed out", type=_INVALID),
    _status("409", 6, 409, "The resource is locked by another request", type="conflict_error"),
    _status(
        "429",
        7,
        429,
        "Rate limit reached for requests",
        type="requests",
        code="rate_limit_exceeded",
        has_retry_after=True,
    ),
    _status(
        "quota",
        8,
        429,
        "You exceeded your current quota",
        type="insufficient_quota",
        code="insufficient_quota",
    ),
    _status("402", 8, 402, "Payment required", type="billing_error", code="payment_required"),
    _status("flex", 9, 429, "Resource unavailable", type="requests", code="resource_unavailable"),
    _status("500", 10, 500, "The server had an error"),
    _status("502", 10, 502, "Bad gateway", is_text=True),
    _status("503", 10, 503, _OVERLOADED, code="server_overloaded"),
    _status("504", 10, 504, "Gateway timeout", is_text=True),
    _status("529", 10, 529, _OVERLOADED, type="overloaded_error"),
    _status("retry", 11, 400, "Try again", headers={"x-should-retry": "true"}),
    _status("no-retry", 11, 503, "Do not try again", headers={"x-should-retry": "false"}),
    _status("401", 12, 401, "Incorrect API key provided", type=_INVALID, code="invalid_api_key"),
    _status(
        "403",
        13,
        403,
        "Country, region or territory not supported",
        type="request_forbidden",
        code="unsupported_country_region_territory",
    ),
    _status(
        "404",
        14,
        404,
        "The model does not exist or you do not have access to it",
        type=_INVALID,
        code="model_not_found",
        param="model",
    ),
    _status(
        "context",
        15,
        400,
        "This model's maximum context length is 4096 tokens; your messages are longer",
        type=_INVALID,
        code="context_length_exceeded",
        param="messages",
    ),
    _status(
        "response_format",
        17,
        400,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported",
        type=_INVALID,
        param="response_format",
    ),
    _status(
        "policy",
        18,
        400,
        "The request was rejected by the content policy",
        type=_INVALID,
        code="content_policy_violation",
    ),
    _status("prompt", 18, 400, "Invalid prompt", type=_INVALID, code="invalid_prompt"),
    Fault("slow", 4, FaultKind.WIRE),
    Fault("hang", 4, FaultKind.WIRE),
    Fault("drip", 4, FaultKind.WIRE),
    Fault("reset", 5, FaultKind.WIRE),
    Fault("html", 23, FaultKind.WIRE),
    Fault("cut", 16, FaultKind.ENVELOPE),
    Fault("filter", 19, FaultKind.ENVELOPE),
    Fault("refusal", 20, FaultKind.ENVELOPE),
    Fault("length", 21, FaultKind.ENVELOPE),
    Fault("empty", 22, FaultKind.ENVELOPE),
    Fault("blank", 22, FaultKind.ENVELOPE),
    Fault("nonsense", 24, FaultKind.ENVELOPE),
    Fault("schema", 25, FaultKind.ANSWER),
    Fault("counts", 26, FaultKind.ANSWER),
    Fault("duplicates", 26, FaultKind.ANSWER),
    Fault("types", 26, FaultKind.ANSWER),
)
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _TABLE}
ALIASES: Mapping[str, str] = {
    "truncate": "length",
    "context_length_exceeded": "context",
    "insufficient_quota": "quota",
    "content_filter": "filter",
    "content_policy": "policy",
}


def parse_odds(text: str) -> dict[str, float]:
    """Return the probabilities of `429:0.1,slow`; one without a number has probability 1.

    Raises:
        UnknownFaultError: A name or a number is not understood.
    """
    odds = {}
    for item in filter(None, text.split(",")):
        name, _, number = item.partition(":")
        try:
            odds[name.strip()] = float(number or 1)
        except ValueError:
            raise UnknownFaultError(f"probability of {name.strip()} is not a number") from None
    return check_odds(odds)


def check_odds(odds: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities under the names of the table.

    Raises:
        UnknownFaultError: A name is not in the table, or a probability is not from 0 to 1.
    """
    checked = {ALIASES.get(name, name): odd for name, odd in odds.items()}
    unknown = sorted(name for name in checked if name not in FAULTS)
    if unknown:
        raise UnknownFaultError(f"unknown fault {unknown[0]}: use one of {', '.join(FAULTS)}")
    if not all(0 <= odd <= 1 for odd in checked.values()):
        raise UnknownFaultError("a probability is a number from 0 to 1")
    return checked


def choose_fault(odds: Mapping[str, float], rng: random.Random) -> Fault | None:
    """Return the first fault, in the order of the table, whose draw comes out; mostly None."""
    if not odds:
        return None
    return next((f for f in _TABLE if f.name in odds and rng.random() < odds[f.name]), None)
