"""What a prompt says of a table."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.prompt_data import describe, sample
from schemas.stage import StageName
from schemas.suggestion import ColumnSuggestion, ColumnSuggestions, RowFill
from tests.factory import OLD_TABLE, make_provenance, make_record


def test_each_stage_sees_what_earlier_ones_said() -> None:
    columns = ColumnSuggestions(
        columns=(ColumnSuggestion(name="Mass"),), fill=(RowFill(row="r1", cells=("0.1",)),)
    )
    record = make_record(context=OLD_TABLE).with_result(
        StageName.COLUMN, columns, make_provenance()
    )
    data = describe(record)
    assert [column.name for column in data.columns] == ["Name", "Moons", "Mass"]
    assert data.rows == (("r1", "Mars", "2", "0.1"), ("r2", "Earth", "1", ""))


def test_existing_rows_are_filled_only_when_asked() -> None:
    assert describe(make_record(context=OLD_TABLE)).want.fill == ("r1", "r2")
    record = make_record(context=OLD_TABLE, want={"fillExisting": False})
    assert describe(record).want.fill == ()


@given(st.integers(0, 300), st.integers(2, 60))
def test_a_sample_keeps_order_and_begins_with_the_head(count: int, limit: int) -> None:
    rows = tuple(range(count))
    taken = sample(rows, limit)
    assert len(taken) == min(count, limit)
    assert list(taken) == sorted(set(taken))
    assert taken[: limit // 2] == rows[: limit // 2]
