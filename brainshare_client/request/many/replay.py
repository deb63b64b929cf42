"""Replays: jobs of the past run again, as a thing of its own."""

from collections.abc import Sequence
from datetime import datetime

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from brainshare_client.exchange.step import Series, each
from brainshare_client.request.job import JobId
from schemas.api.batch import BulkAction, BulkPreview
from schemas.api.replay.manifest import ReplayManifest
from schemas.api.replay.run import ReplayJob, ReplayJobPage, ReplayPage, ReplayRun

PATH = path_of("replays")


def plan(
    stage: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    statuses: Sequence[str] = (),
    tags: Sequence[str] = (),
    table_id: str | None = None,
    tenant: str | None = None,
    sample: int | None = None,
    limit: int | None = None,
    job_ids: Sequence[JobId] | None = None,
    prompt_version: str | None = None,
    prompt: str | None = None,
    model: str | None = None,
    live: bool = False,
    ask_all: bool = False,
    reason: str = "",
) -> Call[ReplayRun]:
    """Plan one: which jobs would run again. Nothing runs.

    Args:
        stage: The first to run again: table, column or row.
        statuses: completed, failed, cancelled; the first two without any.
        sample: So many of them, drawn the same each time.
        limit: So many of them, the oldest.
        prompt_version: Of the stage's prompt that is to answer, which the agents have.
        prompt: Its text in place of that: the jobs bring it along, and nothing is to be deployed.
        live: Whether people are told of the new jobs; its start has to say so, too.
        ask_all: Whether later stages are asked also where they get the same as before.
    """
    said = {
        "stage": stage,
        "from": since,
        "to": until,
        "statuses": list(statuses),
        "tags": list(tags),
        "tableId": table_id,
        "tenant": tenant,
        "sample": sample,
        "limit": limit,
        "jobIds": None if job_ids is None else [str(one) for one in job_ids],
        "promptVersion": prompt_version,
        "prompt": prompt,
        "model": model,
        "live": live or None,
        "askAll": ask_all or None,
        "reason": reason,
    }
    return send_new({name: value for name, value in said.items() if value is not None})


def send_new(body: object) -> Call[ReplayRun]:
    """The same, by its body as the API has it."""
    return send_to(PATH, as_contract(ReplayRun), body, is_repeatable=False)


def page(
    *, tenant: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[ReplayPage]:
    """A page of replays, newest first."""
    return read_from(PATH, as_contract(ReplayPage), tenant=tenant, limit=limit, cursor=cursor)


def list_(*, tenant: str | None = None) -> Series[ReplayRun]:
    """All replays, newest first."""
    return each(
        lambda cursor: page(tenant=tenant, limit=200, cursor=cursor), lambda page: page.replays
    )


def get(replay_id: JobId) -> Call[ReplayRun]:
    """One of them: how far it is."""
    return read_from(path_of("replays", replay_id), as_contract(ReplayRun))


def jobs_page(
    replay_id: JobId,
    *,
    promoted: bool | None = None,
    limit: int | None = None,
    after: int | None = None,
) -> Call[ReplayJobPage]:
    """A page of its jobs; its `next` is the `after` of the one after it."""
    path = path_of("replays", replay_id, "jobs")
    asked = {"promoted": promoted, "limit": limit, "after": after}
    return read_from(path, as_contract(ReplayJobPage), **asked)


def jobs(replay_id: JobId, *, promoted: bool | None = None) -> Series[ReplayJob]:
    """All its jobs, or those whose result was promoted."""
    return each(
        lambda after: jobs_page(replay_id, promoted=promoted, limit=200, after=after),
        lambda page: page.jobs,
    )


def manifest(replay_id: JobId) -> Call[ReplayManifest]:
    """Its manifest: `to_json()` is what `brainshare replay` takes from a file."""
    return read_from(path_of("replays", replay_id, "manifest"), as_contract(ReplayManifest))


def plan_control(
    replay_id: JobId, *, sample: int | None = None, model: str | None = None, reason: str = ""
) -> Call[ReplayRun]:
    """Plan its jobs once more, as a replay of its own: it shows how a model differs from itself.

    Args:
        sample: So many of them, drawn the same each time.
    """
    said = {"sample": sample, "model": model, "reason": reason}
    body = {name: value for name, value in said.items() if value is not None}
    path = path_of("replays", replay_id, "control")
    return send_to(path, as_contract(ReplayRun), body, is_repeatable=False)


def start(
    replay_id: JobId,
    *,
    rate: float | None = None,
    live_wait_s: float | None = None,
    max_open: int | None = None,
    max_cost_usd: float | None = None,
    max_failed_percent: float | None = None,
    live: bool = False,
    reason: str = "",
) -> Call[ReplayRun]:
    """Start one, or let it go on.

    Args:
        rate: Jobs started a second.
        live_wait_s: For how long a record may wait for a stage before the replay does.
        max_open: So many records its stages may have open before it waits.
        max_cost_usd: Where it stops by itself.
        max_failed_percent: Likewise, of its ended jobs.
        live: That people may see its jobs, where it was planned so.
    """
    said = {
        "rate": rate,
        "liveWaitS": live_wait_s,
        "maxOpen": max_open,
        "maxCostUsd": max_cost_usd,
        "maxFailedPercent": max_failed_percent,
        "live": live or None,
        "reason": reason,
    }
    body = {name: value for name, value in said.items() if value is not None}
    return send_to(path_of("replays", replay_id, "start"), as_contract(ReplayRun), body)


def pause(replay_id: JobId, *, reason: str = "") -> Call[ReplayRun]:
    """Start no more of its jobs for now."""
    path = path_of("replays", replay_id, "pause")
    return send_to(path, as_contract(ReplayRun), {"reason": reason})


def abort(replay_id: JobId, *, reason: str = "") -> Call[ReplayRun]:
    """Start no more, and cancel what has not ended."""
    path = path_of("replays", replay_id, "abort")
    return send_to(path, as_contract(ReplayRun), {"reason": reason})


def promote(
    replay_id: JobId,
    *,
    rule: str | None = None,
    job_ids: Sequence[JobId] | None = None,
    reason: str = "",
) -> Call[BulkAction]:
    """Make results of it those of their jobs: a bulk action, which goes on by itself.

    Args:
        rule: better, "better or changed", "not worse" or any; "not worse" if None.
        job_ids: Only these of its source jobs.
    """
    body = _write_change(rule, job_ids, reason)
    return send_to(path_of("replays", replay_id, "promote"), as_contract(BulkAction), body)


def preview_promote(
    replay_id: JobId, *, rule: str | None = None, job_ids: Sequence[JobId] | None = None
) -> Call[BulkPreview]:
    """Count the results that would be promoted."""
    body = _write_change(rule, job_ids, "") | {"preview": True}
    return send_to(path_of("replays", replay_id, "promote"), as_contract(BulkPreview), body)


def roll_back(
    replay_id: JobId, *, job_ids: Sequence[JobId] | None = None, reason: str = ""
) -> Call[BulkAction]:
    """Give its jobs their own results again: a bulk action, which goes on by itself.

    Args:
        job_ids: Only these of its source jobs.
    """
    body = _write_change(None, job_ids, reason)
    return send_to(path_of("replays", replay_id, "rollback"), as_contract(BulkAction), body)


def _write_change(
    rule: str | None, job_ids: Sequence[JobId] | None, reason: str
) -> dict[str, object]:
    listed = None if job_ids is None else [str(one) for one in job_ids]
    said = {"rule": rule, "jobIds": listed, "reason": reason}
    return {name: value for name, value in said.items() if value is not None}
