"""The thirty cases are valid requests, and each is of the kind that its name says."""

from collections import Counter

import pytest

from schemas.table.context import MAX_COLUMNS
from tests.eval.case import FOLDER, Case, choose_cases, load_cases

CASES = load_cases()
KINDS = {
    "title": 9,
    "extend": 6,
    "messy": 5,
    "language": 3,
    "injection": 4,
    "limit": 3,
}


def test_there_are_thirty_cases_of_six_kinds() -> None:
    kinds = Counter(case.id.partition("-")[0] for case in CASES)
    assert kinds == KINDS
    assert kinds.total() == 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_a_valid_request_in_its_mode_and_file(case: Case) -> None:
    request = case.to_request()
    assert request.context.is_new == (case.mode == "new")
    assert (FOLDER / f"{case.id}.yaml").is_file()
    assert case.id.partition("-")[0] in case.tags
    assert len(request.context.columns) <= MAX_COLUMNS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_a_case_forbids_stands_in_its_request(case: Case) -> None:
    """A marker that is nowhere in the input could never come back."""
    text = str(case.request).casefold()
    missing = [marker for marker in case.expect.forbidden_text if marker.casefold() not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("ids", "tags", "count"),
    [((), (), 30), (("title-cars",), (), 1), ((), ("injection",), 4), (("nope",), (), 0)],
)
def test_cases_are_chosen_by_id_or_tag(
    ids: tuple[str, ...], tags: tuple[str, ...], count: int
) -> None:
    assert len(choose_cases(CASES, ids, tags)) == count
