"""A request as its source and the options of the command make it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from schemas.api.job.file import JOB_FILE_FORMAT
from services.cli.request.source import Source, parse_body
from services.cli.terminal.error import CliError

NOT_IN_ID = re.compile(r"[^A-Za-z0-9_-]+")
MAX_ID_CHARS = 128
FORMAT_BYTES = 100
PARTS_OF_JOB = ("tableId", "context", "stages", "want", "options", "tags")
"""What of a job was in its request."""


@dataclass(frozen=True)
class Wishes:
    """What the options say; None leaves it to the request, or to the gateway's default.

    Attributes:
        max_cost_usd: US dollars.
        tags: Added to those of the request.
        webhook: Where the job's events are sent, too.
    """

    title: str | None = None
    columns: int | None = None
    rows: int | None = None
    stages: tuple[str, ...] | None = None
    max_cost_usd: float | None = None
    tags: tuple[str, ...] = ()
    webhook: str | None = None

    def given(self) -> bool:
        """Whether any is."""
        return any(value not in (None, ()) for value in vars(self).values())


def draft_request(source: Source, wishes: Wishes) -> bytes:
    """The body to post. A whole request goes as its file holds it, unless an option changes it.

    Raises:
        CliError: The source is no JSON object: told with its name, which the gateway does not know.
    """
    if source.body is not None and not wishes.given() and not is_job_file(source.body):
        parse_body(source)
        return source.body
    request = parse_request(source) if source.body is not None else _new_request(source)
    return json.dumps(apply_wishes(request, wishes), ensure_ascii=False).encode()


def is_job_file(body: bytes) -> bool:
    """Whether it may be the file of a job, which `export` has written."""
    return JOB_FILE_FORMAT.encode() in body[:FORMAT_BYTES]


def parse_request(source: Source) -> dict[str, Any]:
    """The request of a source that holds one, or of the job whose file it is.

    Raises:
        CliError: It is no JSON object, or a file without what was asked for.
    """
    given = parse_body(source)
    if given.get("format") != JOB_FILE_FORMAT:
        return given
    job = _object(_object(given, "record"), "job")
    if not job:
        raise CliError(f"{source.name} does not have what was asked for: give a request")
    return {name: job[name] for name in PARTS_OF_JOB if name in job}


def _new_request(source: Source) -> dict[str, Any]:
    context = dict(source.context or {})
    table_id = NOT_IN_ID.sub("-", str(context.get("title", ""))).strip("-")[:MAX_ID_CHARS]
    return {"tableId": table_id or "table", "context": context}


def apply_wishes(request: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """A request as the options change it."""
    done = dict(request)
    if wishes.title is not None:
        done["context"] = {**_object(request, "context"), "title": wishes.title}
    counts = {"columns": wishes.columns, "rows": wishes.rows}
    if wanted := {name: count for name, count in counts.items() if count is not None}:
        done["want"] = {**_object(request, "want"), **wanted}
    if wishes.stages is not None:
        done["stages"] = list(wishes.stages)
    if wishes.max_cost_usd is not None:
        done["options"] = {**_object(request, "options"), "maxCostUsd": wishes.max_cost_usd}
    if wishes.webhook is not None:
        done["webhook"] = {**_object(request, "webhook"), "url": wishes.webhook}
    if wishes.tags:
        given = request.get("tags")
        own = given if isinstance(given, list) else []
        done["tags"] = [*own, *(tag for tag in dict.fromkeys(wishes.tags) if tag not in own)]
    return done


def _object(request: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of the request; what is none is replaced, and the gateway told what was wrong."""
    part = request.get(name)
    if isinstance(part, str):
        return {"title": part.partition("\n")[0], "description": part.partition("\n")[2]}
    return part if isinstance(part, dict) else {}
