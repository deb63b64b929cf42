"""A job: one accepted request."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime

from schemas.contract import Contract
from schemas.job.prompt import CarriedPrompt
from schemas.job.replay import Replay
from schemas.job.request import Options, SuggestionRequest, Want
from schemas.stage import StageName
from schemas.table.context import TableContext
from schemas.tenant import DEFAULT_TENANT, Tenant


class Job(Contract):
    """One request from POST to a final status.

    Attributes:
        accepted_at: When the gateway took the request, in UTC. Shown and sorted by, never decides.
        deadline_at: After it no call is made and nothing is tried again; None for none.
        tags: Words of the client's own; nothing here depends on them.
        tenant: Whose it is. Whoever passes a record on keeps it, an older release too.
        replay: Of what it is a replay; None for a job that a client has asked for.
        prompt: By which one of its stages answers; None where all have their own.
    """

    job_id: UUID
    table_id: str
    context: TableContext
    stages: tuple[StageName, ...]
    want: Want
    accepted_at: AwareDatetime
    deadline_at: AwareDatetime | None = None
    options: Options = Options()
    tags: tuple[str, ...] = ()
    tenant: Tenant = DEFAULT_TENANT
    replay: Replay | None = None
    prompt: CarriedPrompt | None = None

    @property
    def is_shadow(self) -> bool:
        """Whether it is for comparison only: nobody is told of it, no list has it unasked."""
        return self.replay is not None and self.replay.is_shadow

    @property
    def key(self) -> bytes:
        """The key of every record of this job, so that it lives in one partition of each topic."""
        return str(self.job_id).encode()


def accept(
    request: SuggestionRequest,
    job_id: UUID,
    accepted_at: datetime,
    tenant: str = DEFAULT_TENANT,
) -> Job:
    """Make the job that a request asks for."""
    return Job(
        job_id=job_id,
        table_id=request.table_id,
        context=request.context,
        stages=request.stages,
        want=request.resolve_want(),
        options=request.options,
        tags=request.tags,
        accepted_at=accepted_at,
        deadline_at=accepted_at + timedelta(seconds=request.deadline_s),
        tenant=tenant,
    )
