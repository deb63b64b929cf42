"""What others rely on changes only where a change says so."""

import pytest

from tests.unit.contract.recording import FOLDER, SNAPSHOTS


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_contract_is_as_recorded(name: str) -> None:
    recorded = (FOLDER / name).read_text(encoding="utf-8")
    assert recorded == SNAPSHOTS[name]() + "\n", "meant? `make generate`, and say it in CHANGELOG"


def test_every_snapshot_is_compared() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(SNAPSHOTS)
