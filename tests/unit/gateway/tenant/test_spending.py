"""What a tenant has spent does not depend on the order, the number or the batches of records."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.stage import STAGE_ORDER
from services.gateway.status.cell import Cell, Term
from services.gateway.status.change import Change, ProjectedJob
from services.gateway.status.fold import JobFold, Subject, merge
from services.gateway.tenant.spending import tell_more_spent, tell_spent
from tests.unit.gateway.example import NOW, NOW_MS

DAY_MS = 24 * 3600 * 1000
NAMED = Subject((0, 0), "t", "", STAGE_ORDER, is_new=True, accepted_at=NOW, tenant="acme")

cells = st.builds(
    Cell,
    st.sampled_from(STAGE_ORDER),
    st.integers(0, 1),
    st.integers(1, 2),
    term=st.just(Term.FAILED),
    ended_ms=st.integers(NOW_MS - 3 * DAY_MS, NOW_MS),
    spent=st.none() | st.integers(0, 100),
)
folds = st.builds(
    lambda subject, cell: JobFold(subject, NOW_MS, (cell,)), st.none() | st.just(NAMED), cells
)


def add_up(history: list[JobFold]) -> dict[object, int]:
    """What a projection that folds one by one has added for each tenant and day."""
    total: dict[object, int] = {}
    before: JobFold | None = None
    for fold in history:
        after = fold if before is None else merge(before, fold)
        known = None if before is None else ProjectedJob(before, 1)
        for key, more in tell_more_spent((Change("j", known, ProjectedJob(after, 2)),)).items():
            total[key] = total.get(key, 0) + more
        before = after
    return {key: spent for key, spent in total.items() if spent}


@given(st.lists(folds, min_size=1, max_size=8), st.randoms())
def test_what_is_added_comes_to_what_is_spent_in_any_order(
    history: list[JobFold], by: Random
) -> None:
    whole = history[0]
    for fold in history[1:]:
        whole = merge(whole, fold)
    expected = {key: spent for key, spent in tell_spent(whole).items() if spent}
    shuffled = [*history, *history]
    by.shuffle(shuffled)
    assert add_up(history) == expected
    assert add_up(shuffled) == expected


def test_what_an_attempt_has_cost_includes_those_before_it() -> None:
    first = Cell(STAGE_ORDER[0], attempt=1, ended_ms=NOW_MS, spent=3)
    second = Cell(STAGE_ORDER[0], attempt=2, ended_ms=NOW_MS, spent=5)
    assert tell_spent(JobFold(NAMED, NOW_MS, (first, second))) == {("acme", NOW.date()): 5}
