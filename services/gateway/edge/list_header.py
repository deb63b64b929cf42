"""The layer that joins the lines of a header that is a list (RFC 9110, 5.3).

A client may send it in several, and whoever reads it further in reads one.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]

LISTS = frozenset({b"accept", b"if-none-match", b"prefer"})


class JoinedLists:
    """ASGI middleware that changes nothing where each comes in one line, as from most clients."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            # Changed in place: what is outside of here reads the route from this scope.
            scope["headers"] = join_lists(scope["headers"])
        await self._app(scope, receive, send)


def join_lists(headers: Headers) -> Headers:
    """The headers with one line for each that is a list, at the place of its first one."""
    names = [name for name, _ in headers if name in LISTS]
    if len(names) == len(set(names)):
        return headers
    lines = {name: [text for other, text in headers if other == name] for name in names}
    joined = list[tuple[bytes, bytes]]()
    for name, text in headers:
        if name not in LISTS:
            joined.append((name, text))
        elif name in lines:
            joined.append((name, b", ".join(lines.pop(name))))
    return joined
