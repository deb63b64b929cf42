"""The layer that answers HEAD as GET would be answered, without the body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware: every route that has GET has HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # Changed in place, and back: what is outside of here reads the route from this scope.
        scope["method"] = "GET"

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope["method"] = "HEAD"
                await send(message)
                # A live stream goes on until it is told that nobody listens: it is, by this end.
                await send({"type": "http.response.body", "body": b""})

        await self._app(scope, receive, tell)
