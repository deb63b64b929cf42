"""Opens spans. Where nothing is exported they are nothing, and no library is loaded for them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType, TracebackType
from typing import Protocol

from services.telemetry.trace.traceparent import TRACEPARENT, TraceContext

Value = str | int | float | bool | tuple[str, ...]
Told = Mapping[str, Value | None]
Headers = list[tuple[str, bytes]]
NOTHING: Told = MappingProxyType({})


class Kind(Enum):
    """What a span is to its other side."""

    INTERNAL = 0
    SERVER = 1
    CLIENT = 2
    PRODUCER = 3
    CONSUMER = 4


class Current(Enum):
    """The span that is under way, as a parent."""

    CURRENT = "current"


CURRENT = Current.CURRENT
Parent = TraceContext | Current | None


class Span(Protocol):
    """Something that is under way.

    Attributes:
        context: Where it is in its trace; None where nothing is exported.
    """

    context: TraceContext | None

    def rename(self, name: str) -> None:
        """Call it otherwise, now that more is known."""

    def tell(self, told: Told) -> None:
        """Say more of it: never anybody's values. None says nothing."""

    def fail(self, kind: str, message: str = "") -> None:
        """Say that it went wrong. The first one to say so is heard."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another span that led to this one, and how."""

    to: TraceContext
    why: str


class Tracer(Protocol):
    """Opens spans and keeps which one is under way in each task."""

    def open(
        self, name: str, kind: Kind, told: Told, parent: Parent, link: Link | None
    ) -> AbstractContextManager[Span]:
        """Open a span that ends with the block. A failure that leaves the block is its failure."""

    def current(self) -> Span:
        """The span that is under way."""


class NoSpan:
    """A span of nothing, which is there to be told things."""

    context: TraceContext | None = None

    def __enter__(self) -> "NoSpan":
        """Begin nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End nothing."""

    def rename(self, name: str) -> None:
        """Nothing."""

    def tell(self, told: Told) -> None:
        """Nothing."""

    def fail(self, kind: str, message: str = "") -> None:
        """Nothing."""


NO_SPAN = NoSpan()


class _InUse:
    tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Open this process' spans with a tracer from now on; None opens none."""
    _InUse.tracer = tracer


def is_traced() -> bool:
    """Whether spans are opened."""
    return _InUse.tracer is not None


def open_span(
    name: str,
    kind: Kind = Kind.INTERNAL,
    told: Told = NOTHING,
    parent: Parent = CURRENT,
    link: Link | None = None,
) -> AbstractContextManager[Span]:
    """Open a span that ends with the block.

    Args:
        parent: What it is a part of: what is under way, something in another process, or nothing.
        link: What led to it without being its parent.
    """
    tracer = _InUse.tracer
    return NO_SPAN if tracer is None else tracer.open(name, kind, told, parent, link)


def current_span() -> Span:
    """The span that is under way in this task."""
    return NO_SPAN if _InUse.tracer is None else _InUse.tracer.current()


def carry(headers: Headers) -> Headers:
    """The headers of a record with the span under way as its one `traceparent`.

    Where nothing is under way they stay as they are.
    """
    context = current_span().context
    if context is None:
        return headers
    others = [(name, value) for name, value in headers if name != TRACEPARENT]
    return [*others, (TRACEPARENT, str(context).encode())]
