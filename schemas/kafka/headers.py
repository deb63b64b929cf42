"""What changes per delivery, in headers: text, single-valued, replaced, never appended."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from schemas.contract import Attempt, Count, UnixMs
from schemas.open_enum import OpenEnum

MAX_ERROR_MESSAGE_BYTES = 1024
MAX_OFFSET = 2**63 - 1
MAX_TRACE_BYTES = 512
TRACES = frozenset({"traceparent", "trace-link"})
"""They decide nothing, so an odd one spoils nothing: one that is no short text is left out."""

KafkaHeaders = list[tuple[str, bytes]]


class ErrorKind(OpenEnum):
    """Why a record was given up on: the only thing that tools route on."""

    POISON = "poison"
    INVALID_REQUEST = "invalid-request"
    PROVIDER = "provider"
    DEADLINE = "deadline"
    BUDGET = "budget"
    REFUSED = "refused"
    OUTPUT_INVALID = "output-invalid"
    OUTPUT_TOO_LARGE = "output-too-large"
    BUG = "bug"
    CRASH_SUSPECT = "crash-suspect"
    LOST = "lost"
    SCHEMA_AHEAD = "schema-ahead"
    UNKNOWN = "unknown"

    @property
    def shown(self) -> "ErrorKind":
        """The kind for a client, who knows the kinds of this release only."""
        return self if self.is_known else ErrorKind.UNKNOWN

    @property
    def is_retryable(self) -> bool:
        """Whether the same bytes may succeed when a person puts them back."""
        return self not in HOPELESS


HOPELESS = frozenset(
    {
        ErrorKind.POISON,
        ErrorKind.INVALID_REQUEST,
        ErrorKind.REFUSED,
        ErrorKind.OUTPUT_TOO_LARGE,
        ErrorKind.LOST,
    }
)
"""What the same bytes meet again however often they are put back; of a lost one there are none."""


@dataclass(frozen=True, config=ConfigDict(extra="ignore"))
class Headers:
    """The headers of a record. None leaves a header out.

    Attributes:
        schema: Name and version of the value's contract; "" when the writer gave none.
        attempt: From 1 with the first delivery.
        redrive: From 0; raised by one each time a dead letter is put back.
        not_before_ms: When a waiting record is due, in Unix milliseconds.
        parked: How often this attempt has been put to wait without being charged; None for never.
            Older records say 1 however often it was.
        deadline_ms: The deadline that a redrive gives, in place of the job's; Unix milliseconds.
        spent_usd: What earlier attempts of this stage cost, in US dollars; None for nothing.
        first_failed_ms: When this record first failed, in Unix milliseconds.
        error_message: Cut at 1 KiB of UTF-8.
        repeat: 1 where its publisher cannot know whether an earlier one has arrived.
        release: That of the process which gave up.
        origin_topic: With partition and offset: where a dead letter was consumed. Write-once.
        traceparent: W3C trace context of what has published the record.
        trace_link: That of what led to it in another trace: the failure that a redrive puts back,
            the job that a replay runs again.
    """

    schema: str = ""
    attempt: Attempt = 1
    redrive: Count = 0
    not_before_ms: UnixMs | None = None
    parked: Count | None = None
    deadline_ms: UnixMs | None = None
    spent_usd: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    first_failed_ms: UnixMs | None = None
    repeat: Count | None = None
    error_kind: ErrorKind | None = None
    error_code: str | None = None
    error_message: str | None = None
    origin_topic: str | None = None
    origin_partition: Count | None = None
    origin_offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] | None = None
    traceparent: str | None = None
    trace_link: str | None = None
    release: str | None = None


NAMES = {field: field.replace("_", "-") for field in Headers.__dataclass_fields__}
FIELDS = {name: field for field, name in NAMES.items()}


def mark_repeat(headers: KafkaHeaders) -> KafkaHeaders:
    """The headers of the same record, published again."""
    return [*((name, value) for name, value in headers if name != "repeat"), ("repeat", b"1")]


def encode_headers(headers: Headers) -> KafkaHeaders:
    """Write headers as Kafka holds them. Each name occurs at most once."""
    texts = ((name, _text(getattr(headers, field))) for field, name in NAMES.items())
    return [(name, text.encode()) for name, text in texts if text]


def decode_headers(headers: Iterable[tuple[str, bytes | None]]) -> Headers:
    """Read headers; of a repeated name the last one counts, an unknown name is ignored.

    Raises:
        ValueError: A known header does not hold what it should.
    """
    known = {
        FIELDS[name]: value
        for name, value in headers
        if name in FIELDS and value is not None and not _is_odd_trace(name, value)
    }
    try:
        return Headers(**{field: value.decode() for field, value in known.items()})  # type: ignore[arg-type]
    except UnicodeDecodeError as error:
        raise ValueError("a header is not UTF-8 text") from error


def salvage_headers(headers: Iterable[tuple[str, bytes | None]]) -> Headers:
    """Read those headers that can be read: one that is odd takes no other with it."""
    texts = [(name, value) for name, value in headers if value is None or _is_text(value)]
    try:
        return decode_headers(texts)
    except ValidationError as error:
        odd = {NAMES[str(problem["loc"][0])] for problem in error.errors()}
        return decode_headers((name, value) for name, value in texts if name not in odd)


def pass_on(came_with: Iterable[tuple[str, bytes | None]], headers: Headers) -> KafkaHeaders:
    """The headers of a delivery that goes on, with those of a later release as they came."""
    later = {name: value for name, value in came_with if name not in FIELDS and value is not None}
    return [*encode_headers(headers), *later.items()]


def cut(text: str, limit_bytes: int = MAX_ERROR_MESSAGE_BYTES) -> str:
    """Cut a text to a number of UTF-8 bytes, at a character's edge."""
    return text.encode()[:limit_bytes].decode(errors="ignore")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _is_odd_trace(name: str, value: bytes) -> bool:
    return name in TRACES and (len(value) > MAX_TRACE_BYTES or not _is_text(value))


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
