"""How jobs are asked for: by filters, of the list and of what is done to many, and by fields."""

import re
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    create_model,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core.core_schema import ValidationInfo

from schemas.api.status import JobState, JobSummary, StageState
from schemas.contract import Contract, RequestContract
from schemas.job.record import Engine
from schemas.open_enum import Known
from schemas.stage import StageName
from schemas.table.context import Identifier
from schemas.tag import MAX_TAGS, TAGS_PATTERN, Tag, check_tag
from schemas.tenant import Tenant

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:.*", re.ASCII)
MAX_TAG_CHARS = MAX_TAGS * 65


def _require_moment(value: Any) -> Any:
    """Let no number pass for a moment. Text is read here: a strict reader takes none from us."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and MOMENT.fullmatch(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value.upper())
    raise ValueError("give a moment with its zone, like 2026-11-26T12:00:00Z (in a URL + is %2B)")


Moment = Annotated[AwareDatetime, BeforeValidator(_require_moment)]


class JobFilterRequest(RequestContract):
    """Which jobs are meant: those of which all is true that is said.

    Attributes:
        stage: Goes with stage_state: a stage, and the state that it is in.
        since: Accepted then or later.
        until: Accepted before.
        title: Words that the title has, in any order, whatever their case and accents.
        tag: A tag, or several with commas between, all of which a job has.
        has_dead_letters: Whether a stage has given up on it, whatever became of that.
        engine: What has answered at least one of its stages.
        tenant: Only this tenant's; for admins.
        shadow: Only shadows, which are in no other list: replays that are compared with the past.
    """

    status: Annotated[JobState, Known] | None = None
    stage: StageName | None = None
    stage_state: Annotated[StageState, Known] | None = None
    table_id: Identifier | None = None
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    tag: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG_CHARS)] | None = Field(
        None, json_schema_extra={"pattern": TAGS_PATTERN}
    )
    has_dead_letters: bool | None = None
    engine: Annotated[Engine, Known] | None = None
    tenant: Tenant | None = None
    shadow: bool = False

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags, each once."""
        return tuple(dict.fromkeys(self.tag.split(","))) if self.tag else ()

    @field_validator("tag")
    @classmethod
    def _are_tags(cls, tag: str | None) -> str | None:
        for one in tag.split(",") if tag else ():
            check_tag(one)
        return tag

    @field_validator("stage_state")
    @classmethod
    def _has_a_stage(cls, state: StageState | None, info: ValidationInfo) -> StageState | None:
        if state is not None and info.data.get("stage") is None:
            raise ValueError("say of which stage, by `stage`")
        return state

    @field_validator("until")
    @classmethod
    def _is_later(cls, until: datetime | None, info: ValidationInfo) -> datetime | None:
        since = info.data.get("since")
        if until is not None and since is not None and until <= since:
            raise ValueError("is not after `from`, so no job is in between")
        return until


DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_CURSOR_CHARS = 500

FIELDS = {field.alias or name: name for name, field in JobSummary.model_fields.items()}
"""What can be asked for of a job: its names in JSON, and in Python."""

FIELDS_PATTERN = "^({0})(,({0}))*$".format("|".join(FIELDS))


def _optional(field: FieldInfo) -> tuple[Any, Any]:
    return (Annotated[field.annotation, Field(alias=field.alias)], None)


JobFields = create_model(
    "JobFields",
    __base__=Contract,
    __doc__="What was asked for of a job, by `fields`; nothing else is there.",
    **{name: _optional(field) for name, field in JobSummary.model_fields.items()},  # type: ignore[call-overload]
)


class JobFieldsPage(Contract):
    """A page of jobs, newest first, with what `fields` names of each.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    jobs: tuple[JobFields, ...]
    next: str | None


class JobQuery(JobFilterRequest):
    """How the list of jobs is asked for.

    Attributes:
        limit: Jobs of a page, at most.
        cursor: `next` of the page before, with the same filters.
        fields: What to show of each job, with commas between; all of it where this is left out.
    """

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str, StringConstraints(max_length=MAX_CURSOR_CHARS)] | None = None
    fields: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(
        None, json_schema_extra={"pattern": FIELDS_PATTERN}
    )

    @property
    def shown(self) -> frozenset[str] | None:
        """What to show of a job, by its names in Python; None for all."""
        return None if self.fields is None else frozenset(FIELDS[n] for n in self.fields.split(","))

    @field_validator("fields")
    @classmethod
    def _are_there(cls, fields: str | None) -> str | None:
        for name in fields.split(",") if fields else ():
            if name not in FIELDS:
                near = get_close_matches(name, FIELDS, 1)
                hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(FIELDS)}"
                raise ValueError(f"{name[:64]!r} is nothing that a job has; {hint}")
        return fields
