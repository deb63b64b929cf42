"""What a fault is: one failure that this server can act out."""

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
    """One failure.

    Attributes:
        row: Its row in the error table of the model-call guide.
        trait: What a call must have for the fault to hit it (`ChatCall.traits`); "" is any call.
        check: The check that finds it, for a fault of the content; "" for the others.
    """

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
    trait: str = ""
    check: str = ""


class UnknownFaultError(ValueError):
    """A fault is asked for by a name or a probability that is not known. Not retryable."""
