"""The body of POST /v1/jobs."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.contract import Contract, RequestContract, Whole
from schemas.stage import STAGE_ORDER, StageName, is_contiguous
from schemas.table.context import Identifier, OrText, TableContext
from schemas.tag import MAX_TAGS, Tag
from schemas.webhook import JobWebhook

MAX_REQUEST_BYTES = 1024 * 1024
MAX_JSON_DEPTH = 20
NEW_TABLE_WANT = 5
EXTEND_WANT = 1

DEFAULT_DEADLINE_S = 3600
MAX_DEADLINE_S = 24 * 3600

MAX_KEY_CHARS = 255
IdempotencyKey = Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY_CHARS)]


def refuse_repeated(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Tags, each of which is there once.

    Raises:
        ValueError: One is given twice.
    """
    if len(set(tags)) < len(tags):
        raise ValueError("a tag is given twice")
    return tags


class WantIn(RequestContract):
    """How much is asked for. None takes the default of the mode.

    Attributes:
        columns: For a new table all of its columns, for an existing one the additional ones.
        fill_existing: Whether new columns get a value for each existing row.
    """

    columns: Annotated[int, Field(ge=0, le=10), Whole] | None = None
    rows: Annotated[int, Field(ge=0, le=50), Whole] | None = None
    fill_existing: bool = True


class Want(Contract):
    """How much is asked for, with the defaults filled in."""

    columns: int
    rows: int
    fill_existing: bool


class Options(RequestContract):
    """How a job is done.

    Attributes:
        max_cost_usd: No call is made that could take the job's cost above it; None for no limit.
    """

    max_cost_usd: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None


class SuggestionRequest(RequestContract):
    """What a client asks for: suggestions for one table.

    Attributes:
        context: The table, or plain text whose first line is the title.
        stages: The stages to run: a part of table, column, row without a gap.
        deadline_s: After so many seconds the job fails, wherever it is; default an hour.
        tags: Words of the client's own, shown with the job; each once.
        webhook: Where this job's events are sent, too.
        idempotency_key: The same as the header Idempotency-Key, for clients that cannot set one.
    """

    table_id: Identifier
    context: Annotated[TableContext, OrText()]
    stages: Annotated[tuple[StageName, ...], Field(min_length=1)] = STAGE_ORDER
    want: WantIn = WantIn()
    options: Options = Options()
    deadline_s: Annotated[int, Field(ge=1, le=MAX_DEADLINE_S), Whole] = DEFAULT_DEADLINE_S
    tags: Annotated[
        tuple[Tag, ...], Field(max_length=MAX_TAGS, json_schema_extra={"uniqueItems": True})
    ] = ()
    webhook: JobWebhook | None = None
    idempotency_key: IdempotencyKey | None = None

    @field_validator("tags", mode="after")
    @classmethod
    def _check_tags(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return refuse_repeated(tags)

    @model_validator(mode="after")
    def _check_stages(self) -> Self:
        if not is_contiguous(self.stages):
            raise ValueError(
                f"stages: {', '.join(self.stages)} is not a part of {', '.join(STAGE_ORDER)}"
                " without a gap, each once and in that order"
            )
        if self.stages == (StageName.ROW,) and not self.context.columns:
            raise ValueError("stages: rows alone need columns: ask for column too, or give some")
        if self._wants_rows_of_nothing():
            raise ValueError("want/rows: rows need columns: ask for some, or for no rows")
        return self

    def _wants_rows_of_nothing(self) -> bool:
        want = self.resolve_want()
        asked = StageName.ROW in self.stages and want.rows > 0
        return asked and not self.context.columns and want.columns == 0

    def resolve_want(self) -> Want:
        """Fill in the defaults: 5 columns and 5 rows for a new table, 1 and 1 for an existing."""
        default = NEW_TABLE_WANT if self.context.is_new else EXTEND_WANT
        return Want(
            columns=default if self.want.columns is None else self.want.columns,
            rows=default if self.want.rows is None else self.want.rows,
            fill_existing=self.want.fill_existing,
        )
