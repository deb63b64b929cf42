"""Errors as pages: what the API tells as a problem, in the shell and in plain words."""

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.api.problem import Problem
from services.gateway.access.origin import SAFE_METHODS
from services.gateway.access.permission import CONSOLE, SIGN_IN, is_of_console
from services.gateway.access.session import COOKIE
from services.gateway.api.problem import PROBLEM_TYPE
from services.gateway.console.shell.shell import Shell

TITLES = {
    400: "That cannot be read",
    403: "You may not do that",
    404: "There is no such thing here",
    405: "That cannot be done here",
    409: "That does not go now",
    410: "It is not there any more",
    413: "That is too much at once",
    421: "This is not the name of this gateway",
    422: "Something in that is not right",
    429: "Too many requests",
    503: "Not just now",
}
OTHERWISE = "Something went wrong"
KEPT = ("retry-after", "allow")


class ErrorPages:
    """ASGI middleware around all that answers for the console: its problems become pages.

    Who is not signed in is led to where one signs in, and from there back.
    """

    def __init__(self, app: ASGIApp, shell: Shell) -> None:
        self._app = app
        self._shell = shell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not is_of_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        finally:
            # A fault of our own is answered, too, and then goes on to the log.
            if answer.is_problem:
                page = self._tell(Request(scope), answer)
                await page(scope, receive, send)

    def _tell(self, request: Request, answer: "_Answer") -> Response:
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return self._lead_to_sign_in(request)
        problem = Problem.from_json(answer.body)
        values = {
            "title": TITLES.get(problem.status, OTHERWISE),
            "problem": problem,
            "back": _find_back(request, problem.status),
        }
        page = self._shell.render(request, "error.html", values, status=problem.status)
        page.headers.update({name: v for name in KEPT if (v := answer.headers.get(name))})
        return page

    def _lead_to_sign_in(self, request: Request) -> Response:
        asked = {"ended": "1"} if COOKIE in request.cookies else {}
        if request.method == "GET" and request.url.path != CONSOLE:
            query = request.url.query
            asked["next"] = request.url.path + (f"?{query}" if query else "")
        page = self._shell.see(f"{SIGN_IN}?{urlencode(asked)}" if asked else SIGN_IN)
        # From a page of another site a browser comes without the cookie, and keeps it.
        if COOKIE in request.cookies:
            page.delete_cookie(COOKIE, path=CONSOLE, httponly=True, samesite="strict")
        return page


class _Answer:
    """Holds back what tells a problem, and lets everything else through."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_problem = False
        self.status = 0
        self.headers = Headers()
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], Headers(raw=message["headers"])
            self.is_problem = self.headers.get("content-type") == PROBLEM_TYPE
        elif self.is_problem:
            self.body += message.get("body", b"")
        if not self.is_problem:
            await self._send(message)


def _find_back(request: Request, status: int) -> str:
    """The page that an act or a form belongs to; else the start page.

    Who may not see a page may not see the one above it, as a rule.
    """
    above = request.url.path.rpartition("/")[0]
    is_hidden = status == HTTPStatus.NOT_FOUND
    is_hidden |= status == HTTPStatus.FORBIDDEN and request.method in SAFE_METHODS
    return above if above.startswith(f"{CONSOLE}/") and not is_hidden else CONSOLE
