"""Which paths of the console somebody answers for."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

Answer = Callable[[Request], Awaitable[Response]]
Paths = Mapping[str, Answer]
"""What answers each path; in curly brackets what is in `request.path_params`."""


class Pages(Protocol):
    """Pages that belong together."""

    def list_pages(self) -> Paths:
        """What is asked for by GET."""
        ...

    def list_acts(self) -> Paths:
        """What is done by POST, from a form."""
        ...
