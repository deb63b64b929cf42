"""Sessions of the console: a cookie that names the key somebody has signed in with, never the key.

It is sealed and kept nowhere. At each request its key is read again, so a revoked one ends it. It
opens the console's pages only: what a page of another origin makes a browser send to the API comes
without a principal, as before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.requests import cookie_parser

from services.gateway.access.authentication import Authentication
from services.gateway.access.principal import LOCAL, Principal
from services.gateway.api.problem import ProblemError
from services.gateway.signing.signer import SealError, Signer
from services.telemetry.metric import HTTP_DENIED

COOKIE = "brainshare_console"
PURPOSE = "console session"
LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Sessions:
    """Begins sessions, and knows them again.

    Attributes:
        now: The wall clock, aware.
        is_local: Whether nobody is asked for a key: then nobody signs in, either.
    """

    signer: Signer
    now: Callable[[], datetime]
    authentication: Authentication
    is_local: bool

    def begin(self, key_id: str) -> str:
        """What the cookie holds for who has shown this key."""
        ends_s = int((self.now() + LASTS).timestamp())
        return self.signer.seal(PURPOSE, f"{ends_s}.{key_id}")

    async def identify(self, cookies: str) -> Principal:
        """Who sends this header.

        Args:
            cookies: The header; "" where there is none.

        Raises:
            ProblemError: 401; nobody is signed in, or not any more.
            DatabaseUnavailableError: Whose the key is cannot be read.
        """
        if self.is_local:
            return LOCAL
        sealed = cookie_parser(cookies).get(COOKIE)
        if not sealed:
            raise _refuse("no session", "nobody is signed in")
        try:
            ends_s, key_id = self.signer.open(PURPOSE, sealed).split(".")
        except SealError as error:
            raise _refuse("unknown session", "the session is not known: sign in again") from error
        if self.now() >= datetime.fromtimestamp(int(ends_s), UTC):
            raise _refuse("expired session", "the session has ended: sign in again")
        return await self.authentication.identify_holder(key_id)


def _refuse(reason: str, detail: str) -> ProblemError:
    HTTP_DENIED.labels(reason).inc()
    return ProblemError(HTTPStatus.UNAUTHORIZED, "not-signed-in", detail)
