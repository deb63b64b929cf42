"""However records fall into batches and to projectors, the tables come out the same."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from schemas.api.dead_letter import LetterState
from schemas.kafka.event import EventKind
from schemas.stage import StageName
from services.gateway.database.database import make_engine
from services.gateway.database.engine import IS_WRITER
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.migration.tables import METADATA
from services.gateway.projection.store import apply_facts, begin_projection
from services.gateway.status.fact import Fact
from tests.unit.gateway.conftest import STORES
from tests.unit.gateway.example import ROLES, dead_letter, event, fact
from tests.unit.gateway.history import HISTORIES_PER_LAW, facts

SHOWN = {
    JOBS: ("job_id", "status", "accepted_us", "fold", "tenant"),
    RESULTS: ("job_id", "stage", "value"),
    HISTORY: ("topic", "partition", "offset", "job_id", "kind", "stage", "attempt", "message"),
    DEAD_LETTERS: ("letter_id", "state", "message", "attempts", "value", "tenant"),
}
"""What may not depend on who read what when; numbers of a history are its own order of reading."""

TOPICS = sorted(ROLES)


@pytest.fixture(scope="module", params=STORES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    is_server = request.param == "postgresql"
    made = make_engine(request.getfixturevalue("postgres_tables") if is_server else "sqlite://")
    METADATA.create_all(made)
    yield made.execution_options(**{IS_WRITER: True})
    made.dispose()


def project(connection: Connection, batches: Sequence[Sequence[Fact]]) -> list[object]:
    begin_projection(connection, "cluster")
    for batch in batches:
        apply_facts(connection, batch, {})
    return [
        sorted(map(tuple, connection.execute(select(*(table.c[name] for name in names)))))
        for table, names in SHOWN.items()
    ]


def in_topic_order(history: Sequence[Fact]) -> list[Fact]:
    """As a reader has them: of one topic in the order of offsets, a record once."""
    by_offset = sorted(history, key=lambda fact: (fact.record.offset, fact.record.topic))
    return [next(group) for _, group in groupby(by_offset)]


COVERED = [
    fact(dead_letter(StageName.TABLE)),
    fact(event(EventKind.CANCELLED, StageName.TABLE)),
    fact(event(EventKind.STARTED, StageName.TABLE, 1, redrive=1)),
]
"""A dead letter is covered by a cancel, and then put back."""


@settings(max_examples=HISTORIES_PER_LAW // 10)
@given(st.lists(facts, min_size=1, max_size=12), st.sets(st.integers(1, 11)))
@example(COVERED, {1, 2})
@example(COVERED, {1})
@example(COVERED, {2})
def test_a_split_into_batches_gives_the_same_tables(
    engine: Engine, history: list[Fact], cuts: set[int]
) -> None:
    records = in_topic_order(history)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(records)), len(records)]
    batches = [records[first:last] for first, last in pairwise(bounds)]
    with engine.begin() as connection:
        at_once = project(connection, [records])
        assert project(connection, batches) == at_once


def test_a_dead_letter_that_a_cancel_covers_is_redriven_all_the_same(engine: Engine) -> None:
    with engine.begin() as connection:
        project(connection, [[read] for read in COVERED])
        states = connection.execute(select(DEAD_LETTERS.c.state)).scalars().all()
    assert states == [LetterState.REDRIVEN]


@settings(max_examples=HISTORIES_PER_LAW // 10)
@given(st.lists(facts, min_size=1, max_size=12), st.data())
def test_a_split_by_topics_gives_the_same_tables(
    engine: Engine, history: list[Fact], data: st.DataObject
) -> None:
    records = in_topic_order(history)
    owners = data.draw(st.fixed_dictionaries(dict.fromkeys(TOPICS, st.booleans())))
    parts = {o: [f for f in records if owners[f.record.topic] is o] for o in (True, False)}
    turns = data.draw(st.permutations([owners[f.record.topic] for f in records]))
    split = [[parts[owner].pop(0)] for owner in turns]
    with engine.begin() as connection:
        at_once = project(connection, [records])
        assert project(connection, split) == at_once


@settings(max_examples=HISTORIES_PER_LAW // 10)
@given(st.lists(facts, min_size=1, max_size=12), st.data())
def test_what_both_have_read_counts_once(
    engine: Engine, history: list[Fact], data: st.DataObject
) -> None:
    records = in_topic_order(history)
    again = data.draw(st.integers(0, len(records) - 1))
    with engine.begin() as connection:
        once = project(connection, [records])
        assert project(connection, [records, records[again:]]) == once
