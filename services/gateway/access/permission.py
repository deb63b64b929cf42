"""What each operation needs. One that is not in the list is nobody's."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request

from schemas.api.key import Role
from services.gateway.access.principal import Principal, principal_of
from services.gateway.api.problem import ProblemError
from services.telemetry.metric import HTTP_DENIED

CLIENT_FILES = (
    "brainshare.js",
    "brainshare.d.ts",
    "brainshare-job.js",
    "brainshare-job.d.ts",
    "brainshare-react.js",
    "brainshare-react.d.ts",
)
"""What an app puts in its page."""


def client_path(name: str) -> str:
    """Where such a file is."""
    return f"/client/{name}"


CONSOLE = "/console"
SIGN_IN = f"{CONSOLE}/sign-in"
CONSOLE_FILES = ("console.css", "live.js", "moment.js", "replay.css")
"""What the console's pages load."""


def console_file(name: str) -> str:
    """Where such a file is."""
    return f"{CONSOLE}/static/{name}"


def is_of_console(path: str) -> bool:
    """Whether a session opens it, and a key does not."""
    return path == CONSOLE or path.startswith(f"{CONSOLE}/")


REFERENCE = "/docs"
REFERENCE_STYLE = "/docs/reference.css"
STATIC = frozenset(
    {
        "/",
        REFERENCE,
        REFERENCE_STYLE,
        *map(client_path, CLIENT_FILES),
        *map(console_file, CONSOLE_FILES),
    }
)
"""What is the same for everybody, so nobody is asked who they are."""

PUBLIC_PATHS = STATIC | {"/healthz", "/readyz", SIGN_IN}
PUBLIC = frozenset({"readHealth", "readReadiness"})
"""What probes ask, which have no keys: it tells nothing of anybody's jobs."""

NEEDED: Mapping[str, Role] = {
    "listJobs": Role.READ,
    "readJob": Role.READ,
    "readResult": Role.READ,
    "exportResult": Role.READ,
    "readFamily": Role.READ,
    "readJobFile": Role.READ,
    "readEvents": Role.READ,
    "readAllEvents": Role.READ,
    "createStreamToken": Role.READ,
    "acceptJob": Role.SUBMIT,
    "acceptJobs": Role.SUBMIT,
    "cancelJob": Role.SUBMIT,
    "retryJob": Role.SUBMIT,
    "rerunJob": Role.SUBMIT,
    "deleteJob": Role.OPERATE,
    "promoteResult": Role.OPERATE,
    "listDeadLetters": Role.READ,
    "groupDeadLetters": Role.READ,
    "readDeadLetter": Role.READ,
    "redriveDeadLetter": Role.OPERATE,
    "redriveDeadLetters": Role.OPERATE,
    "discardDeadLetter": Role.OPERATE,
    "listErrors": Role.READ,
    "readError": Role.READ,
    "resolveError": Role.ADMIN,  # for all tenants at once
    "muteError": Role.ADMIN,
    "reopenError": Role.ADMIN,
    "beginBulkAction": Role.OPERATE,
    "stopBulkAction": Role.OPERATE,
    "listBulkActions": Role.OPERATE,
    "readBulkAction": Role.OPERATE,
    "listBulkActionJobs": Role.OPERATE,
    "planReplay": Role.OPERATE,
    "planReplayControl": Role.OPERATE,
    "startReplay": Role.OPERATE,
    "pauseReplay": Role.OPERATE,
    "abortReplay": Role.OPERATE,
    "promoteReplay": Role.OPERATE,
    "rollBackReplay": Role.OPERATE,
    "listReplays": Role.OPERATE,
    "readReplay": Role.OPERATE,
    "listReplayJobs": Role.OPERATE,
    "readReplayManifest": Role.OPERATE,
    "compareReplay": Role.OPERATE,
    "exportReplayComparison": Role.OPERATE,
    "printReplayComparison": Role.OPERATE,
    "readMetrics": Role.OPERATE,  # they count the jobs of all tenants
    "createKey": Role.ADMIN,
    "listKeys": Role.ADMIN,
    "revokeKey": Role.ADMIN,
    "rotateKey": Role.ADMIN,
    "listActs": Role.ADMIN,
    "listTenantLimits": Role.ADMIN,
    "readTenantLimit": Role.ADMIN,
    "setTenantLimit": Role.ADMIN,
    "unsetTenantLimit": Role.ADMIN,
    "listWebhooks": Role.READ,
    "readWebhook": Role.READ,
    "listDeliveries": Role.READ,
    "readDelivery": Role.READ,
    "createWebhook": Role.OPERATE,
    "changeWebhook": Role.OPERATE,
    "deleteWebhook": Role.OPERATE,
    "rotateWebhookSecret": Role.OPERATE,
    "testWebhook": Role.OPERATE,
    "resendDelivery": Role.OPERATE,
    "recoverWebhook": Role.OPERATE,
}


FOLLOWED = frozenset({"readEvents", "readAllEvents"})
"""Live streams, which a stream token in the address opens."""

GRANTED = FOLLOWED | {"readJob", "readResult"}
"""What a stream token is good for at all."""


def may(principal: Principal, operation: str) -> bool:
    """Whether somebody's role includes what an operation needs."""
    return principal.role.includes(NEEDED[operation])


def refuse_small_role(principal: Principal, operation: str) -> None:
    """Refuse an operation to those whose role does not include what it needs.

    Raises:
        ProblemError: 403.
    """
    if not may(principal, operation):
        HTTP_DENIED.labels("role").inc()
        needed, has = NEEDED[operation], principal.role
        detail = f"this needs a key with the role {needed}, and this one has {has}"
        raise ProblemError(HTTPStatus.FORBIDDEN, "role-too-small", detail)


async def check_role(request: Request) -> None:
    """Let a route run for those only whose role includes what it needs.

    Raises:
        ProblemError: 403. Of a job that a stream token does not show, it says the same whether or
            not there is one.
    """
    operation: str = request.scope["route"].operation_id
    if operation in PUBLIC:
        return
    principal = principal_of(request.scope)
    refuse_small_role(principal, operation)
    if grant := principal.grant:
        asked = request.path_params.get("job_id")
        is_shown = asked is None or grant.covers(asked)
        if operation not in GRANTED or not is_shown:
            HTTP_DENIED.labels("stream token").inc()
            detail = "a stream token is good for following and reading what it was made for only"
            raise ProblemError(HTTPStatus.FORBIDDEN, "stream-token-too-small", detail)
