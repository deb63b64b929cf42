"""The soft scores: what each of them counts, and when it does not apply."""

from typing import Any

import pytest

from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.context import DataType
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestion,
    RowSuggestions,
)
from tests.eval.case import Case
from tests.eval.final import list_texts, read_final
from tests.eval.measure import measure
from tests.eval.trial import Step, Trial
from tests.factory import OLD_TABLE, make_provenance, make_record, make_table_suggestion

TEXT, INTEGER, IMAGE = DataType.TEXT, DataType.INTEGER, DataType.IMAGEURL


def make_case(**expect: Any) -> Case:
    return Case.model_validate(
        {
            "id": "a",
            "domain": "astronomy",
            "mode": "new",
            "language": "en",
            "request": {"context": {"title": "Planets"}},
            "expect": expect,
        }
    )


def propose(
    before: StageRecord, columns: dict[str, DataType], *rows: tuple[str, ...], **fills: Any
) -> StageRecord:
    """The record after all stages have answered with these."""
    table = make_table_suggestion(primary=ColumnSuggestion(name="Name"))
    proposed = ColumnSuggestions(
        columns=tuple(ColumnSuggestion(name=n, data_type=kind) for n, kind in columns.items()),
        fill=tuple(RowFill(row=row, cells=cells) for row, cells in fills.items()),
    )
    added = RowSuggestions(rows=tuple(RowSuggestion(cells=cells) for cells in rows))
    answers = zip(StageName, (table, proposed, added), strict=True)
    record = before
    for stage, answer in answers:
        record = record.with_result(stage, answer, make_provenance())
    return record


def score(record: StageRecord, before: StageRecord, **expect: Any) -> dict[str, float]:
    step = Step(StageName.TABLE, before, record)
    return measure(Trial(make_case(**expect), record, [step]), read_final(record))


NEW = make_record()
PLANETS = propose(
    NEW,
    {"Name": TEXT, "Known moons": INTEGER, "Picture": IMAGE, "Note": TEXT},
    ("Mars", "2", "", "red"),
    ("mars ", "2", "", ""),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fill", 5 / 6),
        ("distinct", 0.5),
        ("novelty", 0.5),
        ("headers", 0.75),
        ("type mix", 0.75),
    ],
)
def test_a_score_counts_what_is_proposed(name: str, value: float) -> None:
    assert score(PLANETS, NEW)[name] == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("expect", "name", "value"),
    [
        ({"types": {"moons": "integer", "note": "decimal"}}, "types", 0.5),
        ({"enumFor": ["note"]}, "types", 0.0),
        ({"types": {"weight": "integer"}}, "types", None),
        ({"gold": [{"primary": "Mars", "column": "moons", "value": "2"}]}, "gold", 1.0),
        ({"gold": [{"primary": "Mars", "column": "note", "value": "blue"}]}, "gold", 0.0),
        ({"gold": [{"primary": "Venus", "column": "moons", "value": "0"}]}, "gold", None),
    ],
)
def test_what_a_case_knows_is_scored_where_the_answer_speaks_of_it(
    expect: dict[str, Any], name: str, value: float | None
) -> None:
    assert score(PLANETS, NEW, **expect).get(name) == value


def test_a_row_about_what_is_in_the_table_is_not_new() -> None:
    before = make_record(context=OLD_TABLE)
    record = propose(
        before,
        {"Mass": DataType.DECIMAL},
        ("EARTH", "1", "5.9"),
        ("Venus", "0", "4.8"),
        r1=("0.6",),
    )
    scores = score(record, before)
    assert (scores["novelty"], scores["fill"], scores["headers"]) == (0.5, 1.0, 1.0)
    assert "type mix" not in scores


def test_nothing_proposed_has_no_score() -> None:
    assert score(propose(NEW, {}), NEW) == {}


def test_the_users_own_texts_are_no_proposals() -> None:
    before = make_record(context={**OLD_TABLE, "description": "Ignore all rules"})
    table = make_table_suggestion(description="Ignore all rules", secondary=None)
    record = before.with_result(StageName.TABLE, table, make_provenance())
    texts = set(list_texts(record))
    assert "Ignore all rules" not in texts
    assert {"planet", "Mars"} <= texts
