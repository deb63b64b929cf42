"""What a batch makes of what is known."""

from schemas.stage import StageName
from services.gateway.status.change import ProjectedJob, fold_batch
from tests.unit.gateway.example import JOB_ID, fact, request, started, success, whole_job

KEY = str(JOB_ID)


def test_each_fact_gets_the_next_number_of_its_job() -> None:
    known = ProjectedJob(fact(request()).fold, 4)
    batch = fold_batch({KEY: known}, [fact(started(StageName.TABLE)), fact(request(1))])
    assert [sequence for sequence, _ in batch.history] == [5, 6]
    assert [(c.before, c.after.version) for c in batch.changes] == [(known, 6)]


def test_batches_of_any_size_come_to_the_same() -> None:
    facts = [fact(record) for record in whole_job()]
    at_once = fold_batch({}, facts).changes[0].after
    known: dict[str, ProjectedJob] = {}
    for one in facts:
        known = {change.job_id: change.after for change in fold_batch(known, [one]).changes}
    assert known[KEY] == at_once


def test_only_the_first_answer_in_the_topic_is_kept() -> None:
    early, late = fact(success(StageName.TABLE, 3)), fact(success(StageName.TABLE, 9))
    first = fold_batch({}, [early, late])
    assert first.answers == (early,)
    assert fold_batch({KEY: first.changes[0].after}, [late]).answers == ()
