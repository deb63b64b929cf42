"""The cases: what is asked, and what is known about a good answer. One file each, in `case/`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from schemas.job.request import SuggestionRequest
from schemas.stage import STAGE_ORDER, StageName
from schemas.table.context import DataType

FOLDER = Path(__file__).with_name("case")


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True
    )


class GoldCell(_Part):
    """A fact: the value in the row of `primary`, under the header that holds the word `column`."""

    primary: str
    column: str
    value: str


class Expect(_Part):
    """What is known about a good answer.

    Attributes:
        min_columns: So many columns the final table has at least.
        types: By a word of the header: the type of the column, if there is such a one.
        must_not_repeat: Values that no new row is about, and names that no new column has.
        forbidden_text: Nothing that is proposed holds this, in any case.
        enum_for: By a word of the header: columns that are best an enum, if there is such a one.
        gold: Facts, for those rows and columns that are proposed.
    """

    min_columns: int = 0
    types: dict[str, DataType] = {}
    must_not_repeat: tuple[str, ...] = ()
    forbidden_text: tuple[str, ...] = ()
    enum_for: tuple[str, ...] = ()
    gold: tuple[GoldCell, ...] = ()


class Case(_Part):
    """One request and what to expect. `request` is a job's body without table id and stages."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    domain: str
    mode: Literal["new", "extend"]
    language: str
    request: dict[str, Any]
    stages: tuple[StageName, ...] = STAGE_ORDER
    expect: Expect
    tags: tuple[str, ...] = ()

    def to_request(self) -> SuggestionRequest:
        """Return the request, as the gateway would read it."""
        body = {"tableId": self.id, "stages": self.stages}
        return SuggestionRequest.model_validate(body | self.request)


def load_cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Read all cases, in the order of their names."""
    files = sorted(folder.glob("*.yaml"))
    return tuple(Case.model_validate(yaml.safe_load(file.read_text("utf-8"))) for file in files)


def choose_cases(
    cases: Sequence[Case], ids: Sequence[str], tags: Sequence[str]
) -> tuple[Case, ...]:
    """Return the cases with one of these ids or tags; all of them where neither is given."""
    if not ids and not tags:
        return tuple(cases)
    return tuple(case for case in cases if case.id in ids or set(tags) & set(case.tags))
