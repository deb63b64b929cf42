"""Which stages of a job are run again, and the record that they are run from. Pure.

It is the record of the job's furthest answer, cut back to what the first of these stages got. So
the answers before it are those that the job has, and nothing of them is called again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from schemas.api.job.rerun import RerunRequest
from schemas.job.again import write_again
from schemas.job.record import Results, StageRecord
from schemas.job.replay import Replay
from schemas.job.request import Want
from schemas.stage import STAGE_ORDER, StageName
from schemas.table.context import TableContext
from schemas.tenant import DEFAULT_TENANT
from services.gateway.api.problem import refuse_field
from services.gateway.job.reservation_store import Reservation, fold_accepted
from services.gateway.rerun.refusal import refuse_without_input
from services.gateway.submission.order import Order, choose_id, digest_text


@dataclass(frozen=True)
class Source:
    """The job that is run again.

    Attributes:
        stages: Those that it asks for.
        tenant: Whose it is, and so is the new one; None where nothing says it.
        value: The record of its furthest answer, or its request.
    """

    job_id: UUID
    stages: tuple[StageName, ...]
    tenant: str | None
    value: bytes


def make_rerun(source: Source, asked: RerunRequest, key: str | None, now: datetime) -> Order:
    """The new job that a rerun asks for; with a key, always the same one of its tenant.

    Raises:
        ProblemError: 409 or 422; there is nothing that the stage could be run from, or what is
            asked for does not fit it.
    """
    document, record = from_json(source.value), StageRecord.from_json(source.value)
    stages = _choose_stages(source.stages, record.results, asked.from_stage)
    kept = _keep(record.results, asked.from_stage)
    context = asked.context or record.job.context
    want = _merge_want(record.job.want, asked)
    _refuse_misfit(kept, record.job.context, context, stages, want)
    tenant = source.tenant or DEFAULT_TENANT
    job_id = choose_id(key, tenant)
    value = write_again(
        document,
        job_id,
        stages,
        Replay(replay_id=job_id, source_job_id=source.job_id, is_shadow=False, planned_at=now),
        now,
        now + timedelta(seconds=asked.deadline_s),
        {"tenant": tenant, **_list_changes(asked, want)},
    )
    digest = _digest(source.job_id, asked)
    wanted = Reservation(
        job_id=str(job_id),
        key=key,
        request_digest=digest,
        accepted_at=now,
        value=value,
        fold=fold_accepted(StageRecord.from_json(value)),
        tenant=tenant,
    )
    return Order(wanted, (digest,), asked.webhook)


def _choose_stages(
    asked: Sequence[StageName], results: Results, start: StageName
) -> tuple[StageName, ...]:
    """From the first one on, as far as the job goes. A rerun has the stages of its source, too."""
    known = [stage for stage in STAGE_ORDER if stage in asked or results.of(stage) is not None]
    if start not in known:
        told = ", ".join(known)
        raise refuse_field("/fromStage", f"the job has no {start} stage: it asks for {told}")
    before = known[: known.index(start)]
    missing = [stage for stage in before if results.of(stage) is None]
    if missing:
        raise refuse_without_input(start, missing[0])
    return tuple(known[known.index(start) :])


def _keep(results: Results, start: StageName) -> Results:
    after = STAGE_ORDER[STAGE_ORDER.index(start) :]
    return results.model_copy(update=dict.fromkeys(stage.value for stage in after))


def _merge_want(before: Want, asked: RerunRequest) -> Want:
    said = {} if asked.want is None else asked.want.model_dump(exclude_unset=True)
    return before.model_copy(update={name: n for name, n in said.items() if n is not None})


def _refuse_misfit(
    kept: Results,
    before: TableContext,
    now: TableContext,
    stages: Sequence[StageName],
    want: Want,
) -> None:
    """Let no answer be kept that is of another table, and no rows be asked for without columns."""
    suggested = kept.column.columns if kept.column else ()
    for part in ("columns", "rows"):
        if suggested and getattr(now, part) != getattr(before, part):
            message = (
                f"the {part} are not the job's, and what its column stage has answered belongs to"
                " those: run it again from column, or leave them as they are"
            )
            raise refuse_field(f"/context/{part}", message)
    has_columns = now.columns or suggested or (StageName.COLUMN in stages and want.columns)
    if StageName.ROW in stages and want.rows and not has_columns:
        raise refuse_field("/want/rows", "rows need columns: ask for some, or for no rows")


def _list_changes(asked: RerunRequest, want: Want) -> dict[str, Any]:
    """What is different in the job, by the names in JSON."""
    changes: dict[str, Any] = {"want": want.model_dump(mode="json", by_alias=True)}
    for name in ("context", "options", "tags"):
        if (said := getattr(asked, name)) is not None:
            is_model = hasattr(said, "model_dump")
            changes[name] = said.model_dump(mode="json", by_alias=True) if is_model else list(said)
    return changes


def _digest(source_id: UUID, asked: RerunRequest) -> str:
    """What a request does not say counts for nothing, as in those that have no source."""
    said = asked.model_dump_json(by_alias=True, exclude={"idempotency_key"}, exclude_defaults=True)
    return digest_text(f"rerun of {source_id} {said}")
