"""Which versions are later than ours."""

import pytest

from schemas.kafka.ahead import is_schema_ahead


@pytest.mark.parametrize(
    ("schema", "is_ahead"),
    [
        ("stage-record/2", True),
        ("stage-record/10", True),
        ("stage-record/1", False),
        ("stage-record/0", False),
        ("", False),  # older writers gave none
        ("job-event/2", False),  # another contract: its bytes decide
        ("stage-record", False),
        ("stage-record/two", False),
        ("stage-record/2; drop", False),
    ],
)
def test_a_later_version_of_the_same_contract_is_ahead(schema: str, is_ahead: bool) -> None:
    assert is_schema_ahead(schema, "stage-record/1") is is_ahead
