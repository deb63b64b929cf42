"""Where a client goes on from an answer, as OpenAPI links: from what was made to what it allows."""

from typing import Any

OF_JOB = (
    "readJob",
    "readEvents",
    "readResult",
    "exportResult",
    "cancelJob",
    "retryJob",
    "rerunJob",
    "readFamily",
    "readJobFile",
)
OF_LETTER = ("readDeadLetter", "redriveDeadLetter", "discardDeadLetter")
OF_BULK = ("readBulkAction", "listBulkActionJobs", "stopBulkAction")
OF_REPLAY = (
    "readReplay",
    "listReplayJobs",
    "readReplayManifest",
    "compareReplay",
    "exportReplayComparison",
    "printReplayComparison",
    "planReplayControl",
    "startReplay",
    "pauseReplay",
    "abortReplay",
    "promoteReplay",
    "rollBackReplay",
)
OF_KEY = ("rotateKey", "revokeKey")
OF_WEBHOOK = ("readWebhook", "listDeliveries", "testWebhook", "rotateWebhookSecret")
OF_ERROR = ("readError", "resolveError", "muteError", "reopenError")
OF_LIMIT = ("readTenantLimit", "unsetTenantLimit")

LINKS: dict[tuple[str, str], tuple[tuple[str, ...], str, str]] = {
    ("acceptJob", "202"): ((*OF_JOB, "deleteJob"), "job_id", "/jobId"),
    ("acceptJobs", "200"): (OF_JOB, "job_id", "/items/0/job/jobId"),
    ("listJobs", "200"): ((*OF_JOB, "deleteJob"), "job_id", "/jobs/0/jobId"),
    ("readJob", "200"): ((*OF_JOB[1:], "deleteJob"), "job_id", "/jobId"),
    ("cancelJob", "202"): (OF_JOB[:2], "job_id", "/jobId"),
    ("retryJob", "202"): (OF_JOB[:3], "job_id", "/jobId"),
    ("rerunJob", "202"): ((*OF_JOB, "deleteJob"), "job_id", "/jobId"),
    ("promoteResult", "202"): (OF_JOB[:4], "job_id", "/jobId"),
    ("listDeadLetters", "200"): (OF_LETTER, "letter_id", "/deadLetters/0/id"),
    ("readDeadLetter", "200"): (OF_LETTER[1:], "letter_id", "/id"),
    ("redriveDeadLetter", "202"): (OF_LETTER[:1], "letter_id", "/id"),
    ("beginBulkAction", "202"): (OF_BULK, "bulk_id", "/id"),
    ("listBulkActions", "200"): (OF_BULK, "bulk_id", "/bulkActions/0/id"),
    ("stopBulkAction", "202"): (OF_BULK[:2], "bulk_id", "/id"),
    ("planReplay", "201"): (OF_REPLAY, "replay_id", "/id"),
    ("planReplayControl", "201"): (OF_REPLAY, "replay_id", "/id"),
    ("listReplays", "200"): (OF_REPLAY, "replay_id", "/replays/0/id"),
    ("startReplay", "202"): (OF_REPLAY, "replay_id", "/id"),
    ("promoteReplay", "202"): (OF_BULK, "bulk_id", "/id"),
    ("rollBackReplay", "202"): (OF_BULK, "bulk_id", "/id"),
    ("createKey", "201"): (OF_KEY, "key_id", "/id"),
    ("rotateKey", "201"): (OF_KEY, "key_id", "/id"),
    ("listKeys", "200"): (OF_KEY, "key_id", "/keys/0/id"),
    ("createWebhook", "201"): ((*OF_WEBHOOK, "deleteWebhook"), "webhook_id", "/id"),
    ("listWebhooks", "200"): (OF_WEBHOOK, "webhook_id", "/webhooks/0/id"),
    ("listErrors", "200"): (OF_ERROR, "fingerprint", "/errors/0/fingerprint"),
    ("setTenantLimit", "200"): (OF_LIMIT, "tenant", "/tenant"),
    ("listTenantLimits", "200"): (OF_LIMIT, "tenant", "/limits/0/tenant"),
}
"""By operation and status: where to go on, the parameter to give, and where in the body it is."""


def list_links(operation: str, status: str) -> dict[str, Any]:
    """The links of an answer."""
    known = LINKS.get((operation, status))
    if known is None:
        return {}
    targets, parameter, pointer = known
    given = {parameter: f"$response.body#{pointer}"}
    return {target: {"operationId": target, "parameters": given} for target in targets}
