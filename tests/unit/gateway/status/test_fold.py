"""The fold does not depend on the order, the number or the grouping of the records."""

from dataclasses import replace
from functools import reduce
from itertools import accumulate, pairwise, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.api.status import StageState
from schemas.kafka.control import Promotion
from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.status.cell import AttemptFailure, Calls, Cell, Phase, Term
from services.gateway.status.fact import Fact
from services.gateway.status.fold import Cancel, JobFold, Subject, merge, read_fold, write_fold
from services.gateway.status.promotion import Promoted
from services.gateway.status.state import describe, describe_stage
from tests.unit.gateway.example import JOB_ID, NOW
from tests.unit.gateway.history import HISTORIES_PER_LAW, facts

pytestmark = pytest.mark.timeout(120)  # in CI a law is tried on thousands of histories

small = st.integers(0, 5)
moments = st.none() | st.integers(0, 9)
failures = st.none() | st.builds(
    AttemptFailure,
    small,
    st.just(ErrorKind.BUG),
    st.none(),
    st.sampled_from(["here", "there"]),
    small,
)
cells = st.builds(
    Cell,
    st.sampled_from(STAGE_ORDER),
    st.integers(0, 1),
    st.integers(1, 3),
    st.sampled_from(Phase),
    st.sampled_from(Term),
    moments,
    moments,
    failures,
    moments,
    moments,
    st.integers(0, 2),
    moments,
    st.none() | st.builds(Calls.count, small, small),
)
subjects = st.none() | st.tuples(small, small).map(
    lambda source: Subject(source, f"t{source}", "", STAGE_ORDER, is_new=True, accepted_at=NOW)
)


cancels = st.builds(Cancel, moments, moments, moments, st.frozensets(st.sampled_from(STAGE_ORDER)))


def one_cell(subject: Subject | None, first_ms: int, cell: Cell, cancel: Cancel) -> JobFold:
    return JobFold(subject, first_ms, (cell,), cancel)


def one_retry(subject: Subject | None, first_ms: int, failed: Cell, due_ms: int) -> JobFold:
    waiting = Cell(
        failed.stage, failed.redrive, failed.attempt + 1, Phase.WAITING, not_before_ms=due_ms
    )
    return JobFold(subject, first_ms, (replace(failed, term=Term.FAILED), waiting))


def one_promotion(first_ms: int, offset: int, sequence: int) -> JobFold:
    said = Promotion(job_id=JOB_ID, sequence=sequence + 1, current=1, asked_at=NOW)
    return JobFold(None, first_ms, promoted=Promoted(offset, first_ms, said))


folds = (
    facts.map(lambda fact: fact.fold)
    | st.builds(one_cell, subjects, small, cells, cancels)
    | st.builds(one_retry, subjects, small, cells, small)
    | st.builds(one_promotion, small, small, small)
)
histories = st.lists(folds, min_size=1, max_size=12)
many = settings(max_examples=HISTORIES_PER_LAW)


def fold_all(history: list[JobFold]) -> JobFold:
    return reduce(merge, history)


@many
@given(histories, st.data())
def test_order_does_not_matter(history: list[JobFold], data: st.DataObject) -> None:
    assert fold_all(data.draw(st.permutations(history))) == fold_all(history)


@many
@given(histories, st.data())
def test_repeats_do_not_matter(history: list[JobFold], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=6))
    assert fold_all(history + repeats) == fold_all(history)


@many
@given(histories, st.data())
def test_a_split_over_readers_does_not_matter(history: list[JobFold], data: st.DataObject) -> None:
    readers = data.draw(st.lists(st.integers(0, 2), min_size=len(history), max_size=len(history)))
    parts = [[f for f, of in zip(history, readers, strict=True) if of == n] for n in (2, 0, 1)]
    assert fold_all([fold_all(part) for part in parts if part]) == fold_all(history)


@many
@given(histories)
def test_a_fold_outlives_its_row(history: list[JobFold]) -> None:
    assert read_fold(write_fold(fold_all(history))) == fold_all(history)


@many
@given(histories, st.randoms(use_true_random=False))
def test_the_status_depends_on_the_set_of_records_only(
    history: list[JobFold], random: Random
) -> None:
    shuffled = history + history[:3]
    random.shuffle(shuffled)
    assert describe(fold_all(shuffled)).state is describe(fold_all(history)).state


@many
@given(st.lists(folds, min_size=1, max_size=12))
def test_progress_never_falls_but_by_a_redrive(history: list[JobFold]) -> None:
    told = JobFold(Subject((0, 0), "t", "", STAGE_ORDER, is_new=True, accepted_at=NOW), 0)
    shown = [describe(fold) for fold in accumulate([told, *history], merge)]
    for before, after in pairwise(shown):
        redriven = {(c.stage, c.redrive) for c in after.fold.cells} - {
            (c.stage, c.redrive) for c in before.fold.cells
        }
        if not any(redrive for _, redrive in redriven):
            assert before.progress <= after.progress <= 1


@given(st.lists(facts, max_size=12), facts.filter(lambda fact: fact.kind == "succeeded"))
def test_a_success_is_one_whatever_else_is_known(history: list[Fact], success: Fact) -> None:
    fold = fold_all([success.fold, *(fact.fold for fact in history)])
    assert describe_stage(fold, success.stage).state is StageState.COMPLETED


def test_of_several_errors_the_first_in_the_topic_counts() -> None:
    late = AttemptFailure(7, ErrorKind.BUG, None, "late")
    early = AttemptFailure(3, ErrorKind.REFUSED, None, "early")
    cell = fold_all([JobFold(None, 0, (Cell(StageName.ROW, failure=f),)) for f in (late, early)])
    assert early == cell.cells[0].failure


def test_equal_folds_are_written_alike() -> None:
    heard = [JobFold(None, 1, cancel=Cancel(heard=frozenset(s))) for s in permutations(STAGE_ORDER)]
    assert {write_fold(fold) for fold in heard} == {
        '{"subject":null,"first_ms":1,"cancel":{"heard":["column","row","table"]}}'
    }
