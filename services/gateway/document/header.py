"""The headers of answers that a client goes on by, and the one by which it asks for news only."""

from typing import Any

TEXT = {"type": "string"}
ETAG = {"ETag": {"description": "Of this version: give it as If-None-Match", "schema": TEXT}}
LOCATION = {"Location": {"description": "Where it is", "schema": TEXT}}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}

WITH_VERSION = frozenset({"readJob", "readResult", "exportResult"})
MAKING = {
    ("acceptJob", "202"),
    ("rerunJob", "202"),
    ("beginBulkAction", "202"),
    ("planReplay", "201"),
    ("planReplayControl", "201"),
    ("promoteReplay", "202"),
    ("rollBackReplay", "202"),
}
FOR_NOW = frozenset({"429", "503"})


def describe_headers(operation: str, status: str) -> dict[str, Any]:
    """The headers of an answer."""
    if operation in WITH_VERSION and status in ("200", "304"):
        return ETAG
    if (operation, status) in MAKING:
        return LOCATION
    return RETRY_AFTER if status in FOR_NOW else {}


def describe_if_none_match() -> dict[str, Any]:
    """The header that is answered with 304 where nothing is new."""
    described = {"description": "The `ETag` of the version that you have.", "schema": TEXT}
    return {"name": "If-None-Match", "in": "header", "required": False, **described}
