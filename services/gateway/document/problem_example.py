"""Examples of problems, one of each kind, as a gateway has said it; operations refer to them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("problem.json")
OF_STATUS = {
    "400": "invalid-json",
    "401": "api-key-refused",
    "403": "role-too-small",
    "404": "no-such-job",
    "406": "not-acceptable",
    "408": "body-too-slow",
    "410": "job-is-gone",
    "413": "body-too-large",
    "415": "unsupported-media-type",
    "421": "host-not-ours",
    "422": "invalid-parameter",
    "429": "tenant-asks-too-often",
    "500": "internal-error",
    "503": "database-unavailable",
}
NOT_FOUND = {
    "letter_id": "no-such-dead-letter",
    "bulk_id": "no-such-bulk-action",
    "replay_id": "no-such-replay",
    "key_id": "no-such-key",
    "fingerprint": "no-such-error",
    "delivery_id": "no-such-delivery",
    "webhook_id": "no-such-webhook",
}
"""By what a path names, where that is no job; what it names first goes last."""
CONFLICTS = {
    "deleteJob": "job-has-not-ended",
    "readResult": "job-not-ended",
    "exportResult": "job-not-ended",
    "cancelJob": "job-has-ended",
    "retryJob": "job-not-retried",
    "rerunJob": "stage-has-no-input",
    "promoteResult": "job-has-changed",
    "startReplay": "replay-not-so-far",
    "pauseReplay": "replay-not-so-far",
    "abortReplay": "replay-not-so-far",
    "redriveDeadLetter": "dead-letter-refused",
    "discardDeadLetter": "dead-letter-refused",
    "rotateKey": "key-has-ended",
    "createWebhook": "too-many-webhooks",
    "resendDelivery": "webhook-is-disabled",
    "testWebhook": "webhook-is-disabled",
    "recoverWebhook": "webhook-is-disabled",
}


@cache
def load_problems() -> Mapping[str, Any]:
    """What is said of each kind of problem."""
    problems: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return problems


def describe_problems() -> dict[str, Any]:
    """The examples as the document holds them, by kind."""
    return {kind: {"value": told} for kind, told in load_problems().items()}


def refer_to_problem(path: str, operation: Mapping[str, Any], status: str) -> dict[str, Any]:
    """The example of an operation's refusal with a status.

    Args:
        path: With names of what stands in it, `/v1/jobs/{job_id}`.
    """
    kind = _find_kind(path, operation, status)
    return {kind: {"$ref": f"#/components/examples/{kind}"}}


def _find_kind(path: str, operation: Mapping[str, Any], status: str) -> str:
    if status == "404":
        named = (kind for name, kind in NOT_FOUND.items() if f"{{{name}}}" in path)
        return next(named, OF_STATUS[status])
    if status == "409":
        return CONFLICTS[operation["operationId"]]
    if status == "422" and "requestBody" in operation:
        return "invalid-request"
    return OF_STATUS[status]
