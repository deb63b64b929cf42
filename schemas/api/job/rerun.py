"""What a job is run again with: from which stage on, and what is to be different."""

from typing import Annotated

from pydantic import Field, field_validator

from schemas.contract import RequestContract, Whole
from schemas.job.request import (
    DEFAULT_DEADLINE_S,
    MAX_DEADLINE_S,
    IdempotencyKey,
    Options,
    WantIn,
    refuse_repeated,
)
from schemas.stage import StageName
from schemas.table.context import OrText, TableContext
from schemas.tag import MAX_TAGS, Tag
from schemas.webhook import JobWebhook


class RerunRequest(RequestContract):
    """Which part of a job is run again. What is not said is as the source has it.

    Attributes:
        from_stage: The first stage that runs again, and all that the job asks for after it; what
            the stages before it have answered is kept, and not paid again.
        context: The whole table, or plain text whose first line is the title.
        want: What of it is not said is as the source has it.
        deadline_s: After so many seconds the job fails, wherever it is; default an hour.
        tags: In place of the source's; shown with the job, each once.
        webhook: Where this job's events are sent, too; that of the source is not taken over.
        idempotency_key: The same as the header Idempotency-Key, for clients that cannot set one.
    """

    from_stage: StageName
    context: Annotated[TableContext, OrText()] | None = None
    want: WantIn | None = None
    options: Options | None = None
    deadline_s: Annotated[int, Field(ge=1, le=MAX_DEADLINE_S), Whole] = DEFAULT_DEADLINE_S
    tags: (
        Annotated[
            tuple[Tag, ...], Field(max_length=MAX_TAGS, json_schema_extra={"uniqueItems": True})
        ]
        | None
    ) = None
    webhook: JobWebhook | None = None
    idempotency_key: IdempotencyKey | None = None

    @field_validator("tags", mode="after")
    @classmethod
    def _check_tags(cls, tags: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if tags is None else refuse_repeated(tags)
