"""What each operation needs. One that is not in the list is nobody's."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request

from schemas.api.key import Role
from services.gateway.access.principal import principal_of
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


REFERENCE = "/docs"
REFERENCE_STYLE = "/docs/reference.css"
STATIC = frozenset({"/", REFERENCE, REFERENCE_STYLE, *map(client_path, CLIENT_FILES)})
"""What is the same for everybody, so nobody is asked who they are."""

PUBLIC_PATHS = STATIC | {"/healthz", "/readyz"}
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


async def check_role(request: Request) -> None:
    """Let a route run for those only whose role includes what it needs.

    Raises:
        ProblemError: 403. Of a job that a stream token does not show, it says the same whether or
            not there is one.
    """
    operation: str = request.scope["route"].operation_id
    if operation in PUBLIC:
        return
    needed, principal = NEEDED[operation], principal_of(request.scope)
    if not principal.role.includes(needed):
        HTTP_DENIED.labels("role").inc()
        detail = f"this needs a key with the role {needed}, and this one has {principal.role}"
        raise ProblemError(HTTPStatus.FORBIDDEN, "role-too-small", detail)
    if grant := principal.grant:
        asked = request.path_params.get("job_id")
        is_shown = asked is None or grant.covers(asked)
        if operation not in GRANTED or not is_shown:
            HTTP_DENIED.labels("stream token").inc()
            detail = "a stream token is good for following and reading what it was made for only"
            raise ProblemError(HTTPStatus.FORBIDDEN, "stream-token-too-small", detail)
