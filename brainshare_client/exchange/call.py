"""A request as a value, made by a pure function, and how its answer is read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from brainshare_client.exchange.answer import Answer
from brainshare_client.exchange.error import NoId

T = TypeVar("T")

JSON_TYPE = {"Content-Type": "application/json"}
MARGIN_S = 5.0
"""How much longer than it was asked to wait a gateway may take to answer."""
NAMES = {"since": "from", "until": "to"}
"""Query parameters whose names are words of Python, or look like others."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request.

    Attributes:
        read: What its answer is to the caller.
        wait_s: For how long the gateway is asked to wait before it answers.
        accepts: Statuses besides the 2xx that `read` knows.
        is_repeatable: Whether it does no harm when it is sent again after it may have been done.
    """

    method: str
    path: str
    read: Callable[[Answer], T]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    wait_s: float = 0.0
    accepts: tuple[int, ...] = ()
    is_repeatable: bool = True

    @property
    def is_change(self) -> bool:
        """Whether it is to change something."""
        return self.method != "GET"

    def saying(self, **headers: str | None) -> "Call[T]":
        """The same with more headers; those that are None are left out."""
        given = {name: value for name, value in headers.items() if value is not None}
        return replace(self, headers={**self.headers, **given})


def read_from(path: str, read: Callable[[Answer], T], **asked: Any) -> Call[T]:
    """A call that only reads."""
    return Call("GET", path, read, query=write_query(asked))


def send_to(
    path: str,
    read: Callable[[Answer], T],
    body: object = None,
    *,
    method: str = "POST",
    is_repeatable: bool = True,
) -> Call[T]:
    """A call that sends JSON.

    Args:
        body: Bytes are sent as they are; None is an empty object.
    """
    content = body if isinstance(body, bytes) else write_json({} if body is None else body)
    return Call(method, path, read, headers=JSON_TYPE, content=content, is_repeatable=is_repeatable)


def path_of(*parts: object) -> str:
    """A path below /v1/, each part of which is one segment whatever it holds.

    Raises:
        NoId: A part is empty, and would lead to another path.
    """
    return "/v1/" + "/".join(_write_segment(str(part)) for part in parts)


def _write_segment(part: str) -> str:
    if not part:
        raise NoId("an id is empty: give that of one thing")
    is_dots = part in (".", "..")  # which lead elsewhere
    return part.replace(".", "%2E") if is_dots else quote(part, safe="", errors="replace")


def write_query(asked: Mapping[str, Any]) -> dict[str, str]:
    """Query parameters by their names in Python; None is left out."""
    return {name: _write_parameter(value) for name, value in write_filter(asked).items()}


def write_filter(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for by the names that the API has; None is left out, lists are words."""
    return {
        NAMES.get(name, to_camel(name)): _join(value)
        for name, value in asked.items()
        if value is not None
    }


def _join(value: Any) -> Any:
    return ",".join(str(one) for one in value) if isinstance(value, list | tuple) else value


def _write_parameter(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text.encode(errors="replace").decode()


def write_json(body: object) -> bytes:
    """JSON as short as it can be. What is no text of Unicode goes escaped: the gateway says so."""
    try:
        return _dump(body, is_ascii=False).encode()
    except UnicodeEncodeError:
        return _dump(body, is_ascii=True).encode()


def _dump(body: object, *, is_ascii: bool) -> str:
    return json.dumps(body, ensure_ascii=is_ascii, separators=(",", ":"), default=_write_value)


def _write_value(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"a {type(value).__name__} cannot be sent: JSON has nothing like it")
