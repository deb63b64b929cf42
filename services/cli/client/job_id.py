"""The job that a person means: by its id, by the beginning of one, or as the last one."""

import re
from collections.abc import Iterator

from services.cli.client.command_client import CommandClient
from services.cli.terminal.error import RequestRefused

LAST = "last"
WHOLE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
SHORT = re.compile(r"[0-9a-f-]{1,3}", re.IGNORECASE)
BEGINNING = re.compile(r"[0-9a-f-]{4,35}", re.IGNORECASE)
PAGE = 200
PAGES = 5
"""How far back the beginning of an id is looked for: 1,000 jobs."""


def names_job(given: str) -> bool:
    """Whether it looks like a job's id, the beginning of one, or `last`."""
    looks_so = WHOLE.fullmatch(given) or BEGINNING.fullmatch(given)
    return given == LAST or looks_so is not None


def find_job(gateway: CommandClient, given: str) -> str:
    """The whole id of the job that is meant.

    Raises:
        RequestRefused: There is no such job, or more than one.
    """
    if given == LAST:
        return next(_newest(gateway, limit=1), None) or _refuse("there is no job yet")
    if SHORT.fullmatch(given):
        return _refuse(
            f"{given} is too short for the beginning of a job's id: give 4 letters of it or more,"
            " or `last`; `brainshare status` lists them"
        )
    if WHOLE.fullmatch(given) or not BEGINNING.fullmatch(given):
        return given  # the gateway says what is wrong with it
    known = [*_newest(gateway)]
    found = [job_id for job_id in known if job_id.startswith(given.lower())]
    if len(found) > 1:
        return _refuse(f"{len(found)} jobs begin with {given}: {', '.join(found[:5])}")
    if not found:
        is_far = len(known) >= PAGE * PAGES
        among = f" among the newest {len(known):,}: older ones by the whole id" if is_far else ""
        return _refuse(f"there is no job with an id that begins with '{given}'{among}")
    return found[0]


def _newest(gateway: CommandClient, limit: int = PAGE) -> Iterator[str]:
    cursor: str | None = None
    for _ in range(PAGES):
        page = gateway.jobs.page(limit=limit, cursor=cursor)
        yield from (str(job.job_id) for job in page.jobs)
        cursor = page.next
        if cursor is None:
            return


def _refuse(reason: str) -> str:
    raise RequestRefused(reason)
