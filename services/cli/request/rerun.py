"""What a job is run again with, as a source and the options of the command make it."""

import json

from services.cli.request.draft import Wishes, apply_wishes, parse_request
from services.cli.request.source import Source

PARTS = ("context", "want", "options", "tags", "webhook")
"""What of a request a rerun may have, too."""


def draft_rerun(stage: str, source: Source | None, wishes: Wishes) -> bytes:
    """The body to post.

    Args:
        source: Has the table; of a whole request, that and all else that a rerun may have.

    Raises:
        CliError: The source is no JSON object.
    """
    wanted = apply_wishes({} if source is None else _read(source), wishes)
    body = {"fromStage": stage} | {name: wanted[name] for name in PARTS if name in wanted}
    return json.dumps(body, ensure_ascii=False).encode()


def _read(source: Source) -> dict[str, object]:
    if source.body is None:
        return {"context": source.context}
    given = parse_request(source)
    return given if "context" in given else {"context": given}
