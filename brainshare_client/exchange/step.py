"""What is done one step after the other to answer a caller, without doing any of it.

A flow is a generator that yields steps, and is sent what each came to: a transport performs them,
one that blocks or one that awaits. So what to do when is written once.
"""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

from brainshare_client.exchange.answer import Answer, tell_refusal
from brainshare_client.exchange.call import Call
from brainshare_client.exchange.error import BrainshareError
from brainshare_client.exchange.retry import may_repeat

T = TypeVar("T")


@dataclass(frozen=True)
class Exchange:
    """Send a request once; an `Answer` comes of it.

    Attributes:
        is_stream: Whether the body of a success is left where it is, for `Receive`.
    """

    call: Call[Any]
    is_stream: bool = False


@dataclass(frozen=True)
class Receive:
    """Take what has come of the stream that is open: some bytes, or None at its end."""


@dataclass(frozen=True)
class Recover:
    """Wait before asking again, as the policy says; where it says no, the error is the end."""

    error: BrainshareError
    attempt: int
    elapsed_s: float


@dataclass(frozen=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True)
class Tell:
    """Give the caller a value, and go on when it asks for the next one."""

    value: Any


Step = Exchange | Receive | Recover | Pause | Tell
Flow = Generator[Step, Any, T]


class Progress(Generic[T]):
    """A flow as it goes on.

    Attributes:
        step: What is to be done now; None at the end.
        result: What it has come to, at the end.
    """

    result: T

    def __init__(self, flow: Flow[T]) -> None:
        self._flow = flow
        self.step: Step | None = None

    def begin(self) -> None:
        """Come to the first step."""
        self._advance(lambda: next(self._flow))

    def go_on(self, came: Answer | bytes | None) -> None:
        """Come to the next one, with what came of this one."""
        self._advance(lambda: self._flow.send(came))

    def fail(self, error: BrainshareError) -> None:
        """Come to the next one, where nothing came of this one."""
        self._advance(lambda: self._flow.throw(error))

    def close(self) -> None:
        """End it where it is."""
        self._flow.close()

    def _advance(self, move: Callable[[], Step]) -> None:
        try:
            self.step = move()
        except StopIteration as end:
            self.step, self.result = None, end.value


@dataclass(frozen=True)
class Course(Generic[T]):
    """Several requests that come to one value."""

    begin: Callable[[], Flow[T]]


@dataclass(frozen=True)
class Series(Generic[T]):
    """Several requests that tell the caller values of one type as they come."""

    begin: Callable[[], Flow[None]]


def begin(asked: Call[T] | Course[T]) -> Flow[T]:
    """The flow of what is asked for."""
    return ask(asked) if isinstance(asked, Call) else asked.begin()


def ask(call: Call[T]) -> Flow[T]:
    """What a request comes to; it is sent until it is answered, for as long as that makes sense."""
    return call.read((yield from fetch(call)))


def fetch(call: Call[Any]) -> Flow[Answer]:
    """The same, as it was answered."""
    begun = time.monotonic()
    for attempt in count(1):
        try:
            return (yield from exchange(call))
        except BrainshareError as error:
            if not may_repeat(call, error):
                raise
            failed = error
        yield Recover(failed, attempt, time.monotonic() - begun)
    raise AssertionError("endless")


def exchange(call: Call[Any], *, is_stream: bool = False) -> Flow[Answer]:
    """Send a request once.

    Raises:
        BrainshareError: There was no answer, or it is a refusal.
    """
    answer: Answer = yield Exchange(call, is_stream)
    if not (answer.is_success or answer.status in call.accepts):
        raise tell_refusal(answer)
    return answer


class Page(Protocol):
    """A page of a list."""

    @property
    def next(self) -> Any:
        """How the next one is asked for; None where there is none."""


P = TypeVar("P", bound=Page)


def each(read: Callable[[Any], Call[P]], items: Callable[[P], Sequence[T]]) -> Series[T]:
    """The items of all pages of a list.

    Args:
        read: The call of the page at a cursor, of the first one at None.
        items: What is on a page.
    """

    def flow() -> Flow[None]:
        cursor = None
        while True:
            page = yield from ask(read(cursor))
            for item in items(page):
                yield Tell(item)
            cursor = page.next
            if cursor is None:
                return

    return Series(flow)
