"""Stream tokens: for some minutes, one job or the jobs of one tenant can be followed and read.

A browser's EventSource sets no header, so this stands in the address, and a key must not. It is
sealed and kept nowhere: no gateway reads a table to know it. Pure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.types import Scope

from schemas.api.key import DEFAULT_TOKEN_S, Role, StreamToken
from services.gateway.access.principal import Grant, Principal, principal_of
from services.gateway.api.problem import ProblemError
from services.gateway.signing.signer import SealError, Signer
from services.telemetry.metric import HTTP_DENIED

PARAMETER = "token"
PURPOSE = "stream token"
PREFIX = "bst_"
MOST = 100
KEY_LASTS_S = 900.0
"""So often a stream that a key has opened is to connect again: by then the key may be revoked."""

STREAM_PATHS = re.compile(r"/v1/(?:events|jobs/[^/]+/events)")
"""Only there a token is taken from the address."""

NAME = "a stream token"
CHALLENGE = 'Bearer realm="brainshare", error="invalid_token"'
HOW = "get another one at POST /v1/stream-tokens"


@dataclass(frozen=True)
class StreamTokens:
    """Issues tokens, and knows them again.

    Attributes:
        now: The wall clock, aware.
    """

    signer: Signer
    now: Callable[[], datetime]

    def issue(self, tenant: str, job_id: str | None, lasts_s: int = DEFAULT_TOKEN_S) -> StreamToken:
        """Make a token, for one job or for all of a tenant."""
        ends_at = (self.now() + timedelta(seconds=lasts_s)).replace(microsecond=0)
        said = f"{int(ends_at.timestamp())}.{tenant}.{job_id or ''}"
        token = PREFIX + self.signer.seal(PURPOSE, said)
        return StreamToken(token=token, expires_at=ends_at, tenant=tenant, job_id=job_id)

    def identify(self, tokens: str) -> Principal:
        """Who asks by a token, or by several with commas between: so one stream serves many jobs.

        Raises:
            ProblemError: 401; one of them is none, has ended, or is of another tenant.
        """
        if tokens.count(",") >= MOST:
            raise _refuse("stream-token-refused", f"these are more than {MOST} tokens")
        opened = [self._open(token.strip()) for token in tokens.split(",")]
        ends_at, tenant, _ = min(opened)
        if any(of != tenant for _, of, _ in opened):
            raise _refuse("stream-token-refused", "the tokens are of more than one tenant")
        job_ids = frozenset(job_id for _, _, job_id in opened)
        grant = Grant(None if "" in job_ids else job_ids, ends_at)
        return Principal(tenant, Role.READ, "", NAME, grant)

    def _open(self, token: str) -> tuple[datetime, str, str]:
        try:
            said = self.signer.open(PURPOSE, token.removeprefix(PREFIX))
        except SealError as error:
            raise _refuse("stream-token-refused", f"this is no stream token: {HOW}") from error
        ends_s, tenant, job_id = said.split(".")
        ends_at = datetime.fromtimestamp(int(ends_s), UTC)
        if self.now() >= ends_at:
            raise _refuse("stream-token-expired", f"the stream token ended at {ends_at}: {HOW}")
        return ends_at, tenant, job_id

    def find_rest_s(self, scope: Scope) -> float | None:
        """For how long who asks may still follow, in seconds; None for without end."""
        principal = principal_of(scope)
        if grant := principal.grant:
            return (grant.ends_at - self.now()).total_seconds()
        return KEY_LASTS_S if principal.key_id else None


def find_token(path: str, query: bytes, authorization: str | None) -> str | None:
    """The token of a request; None where it has none, or a key."""
    scheme, _, said = (authorization or "").partition(" ")
    if authorization is not None:
        is_token = scheme.lower() == "bearer" and said.strip().startswith(PREFIX)
        return said.strip() if is_token else None
    if b"token=" not in query or not STREAM_PATHS.fullmatch(path):
        return None
    return parse_qs(query.decode("latin-1")).get(PARAMETER, [None])[0]


def _refuse(slug: str, detail: str) -> ProblemError:
    HTTP_DENIED.labels(slug.replace("-", " ")).inc()
    headers = {"WWW-Authenticate": CHALLENGE}
    return ProblemError(HTTPStatus.UNAUTHORIZED, slug, detail, headers=headers)
