"""Draws up reruns: finds the job, and the record that it is run from."""

from dataclasses import dataclass
from uuid import UUID

from schemas.api.job.rerun import RerunRequest
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.compute.compute import Compute
from services.gateway.database.sight import Sight
from services.gateway.outbox.record_writer import RecordWriter
from services.gateway.rerun.decision import Source, make_rerun
from services.gateway.rerun.refusal import refuse_open, refuse_without_input
from services.gateway.rerun.source import ReadsRecords, find_stored
from services.gateway.status.state import describe
from services.gateway.submission.order import Order


@dataclass(frozen=True)
class Rerunner:
    """Draws up reruns.

    Attributes:
        records: Those of Kafka: of a job that has answered nothing the tables have no record.
    """

    writer: RecordWriter
    records: ReadsRecords
    compute: Compute

    async def draw_up(
        self, job_id: str, asked: RerunRequest, key: str | None, sight: Sight
    ) -> Order | None:
        """The new job that a rerun asks for.

        Returns:
            None where there is no job with this id that is seen.

        Raises:
            ProblemError: 409 or 422; it is not run again.
            BrokerUnavailableError: Its request is in Kafka only, and no broker answers.
        """
        source = await self.find_source(job_id, sight, asked.from_stage)
        if source is None:
            return None
        now = self.writer.now()
        return await self.compute.run(len(source.value), make_rerun, source, asked, key, now)

    async def find_source(
        self, job_id: str, sight: Sight, from_stage: StageName | None = None
    ) -> Source | None:
        """A job that can be run again.

        Args:
            from_stage: From which stage; None while nobody has said it.

        Returns:
            None where there is no job with this id that is seen.

        Raises:
            ProblemError: 409; it is not run again.
            BrokerUnavailableError: Its request is in Kafka only, and no broker answers.
        """
        stored = await self.writer.database.read(find_stored, job_id, sight)
        if stored is None:
            return None
        job, fold = stored.job, stored.job.known.fold
        if not (state := describe(fold).state).is_final:
            raise refuse_open(state)
        value = await stored.read(self.records)
        if value is None:
            raise refuse_without_input(from_stage or next(iter(fold.stages), STAGE_ORDER[0]))
        return Source(UUID(job.job_id), fold.stages, job.tenant, value)
