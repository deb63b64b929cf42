"""Makes methods of pure functions: each is written once, and is there blocking and awaiting.

Type checkers and editors see a method with the arguments of its function.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

from brainshare_client.exchange.call import Call
from brainshare_client.exchange.step import Course, Series
from brainshare_client.transport.awaiting import AwaitingTransport
from brainshare_client.transport.blocking import BlockingTransport

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M")


class BlockingResource:
    """One kind of thing that a gateway has."""

    def __init__(self, transport: BlockingTransport) -> None:
        self.transport = transport


class AwaitingResource:
    """One kind of thing that a gateway has."""

    def __init__(self, transport: AwaitingTransport) -> None:
        self.transport = transport


class _Method(Generic[P, M]):
    """A function whose value is performed by the transport of a resource."""

    def __init__(self, make: Callable[P, M]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def bind(self, perform: Callable[[M], T]) -> Callable[P, T]:
        """The function, performed."""

        @wraps(self.make)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            return perform(self.make(*args, **kwargs))

        return call


class asks(_Method[P, Call[T] | Course[T]]):
    """A method that returns what it comes to."""

    @overload
    def __get__(self, resource: None, kind: type) -> Self: ...
    @overload
    def __get__(self, resource: BlockingResource, kind: type) -> Callable[P, T]: ...
    def __get__(self, resource: BlockingResource | None, kind: type) -> Self | Callable[P, T]:
        return self if resource is None else self.bind(resource.transport.run)


class tells(_Method[P, Series[T]]):
    """A method that returns what is told, to be iterated over."""

    @overload
    def __get__(self, resource: None, kind: type) -> Self: ...
    @overload
    def __get__(self, resource: BlockingResource, kind: type) -> Callable[P, Iterator[T]]: ...
    def __get__(
        self, resource: BlockingResource | None, kind: type
    ) -> Self | Callable[P, Iterator[T]]:
        return self if resource is None else self.bind(resource.transport.iterate)


class asks_later(_Method[P, Call[T] | Course[T]]):
    """A method to be awaited."""

    @overload
    def __get__(self, resource: None, kind: type) -> Self: ...
    @overload
    def __get__(
        self, resource: AwaitingResource, kind: type
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(
        self, resource: AwaitingResource | None, kind: type
    ) -> Self | Callable[P, Coroutine[Any, Any, T]]:
        return self if resource is None else self.bind(resource.transport.run)


class tells_later(_Method[P, Series[T]]):
    """A method that returns what is told, for `async for`."""

    @overload
    def __get__(self, resource: None, kind: type) -> Self: ...
    @overload
    def __get__(self, resource: AwaitingResource, kind: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(
        self, resource: AwaitingResource | None, kind: type
    ) -> Self | Callable[P, AsyncIterator[T]]:
        return self if resource is None else self.bind(resource.transport.iterate)
