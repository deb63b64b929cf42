"""The published JSON Schemas are those of the contracts."""

import pytest

from schemas.json.write import FOLDER, PUBLISHED, render


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_current(name: str) -> None:
    published = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == render(PUBLISHED[name]), "run `python -m schemas.json.write`"


def test_nothing_else_is_published() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {f"{n}.schema.json" for n in PUBLISHED}
