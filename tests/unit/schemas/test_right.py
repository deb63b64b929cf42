"""Each service may do on Kafka what it must, and nothing that is another's."""

import pytest

from schemas.kafka.right import Operation, ResourceKind, Right, rights_of_gateway, rights_of_stage
from schemas.kafka.topics import TopicNames
from schemas.stage import STAGE_ORDER, StageName

NAMES = TopicNames()


def allowed(rights: tuple[Right, ...], operation: Operation) -> set[str]:
    return {r.name for r in rights if r.kind is ResourceKind.TOPIC and operation in r.operations}


@pytest.mark.parametrize("stage", STAGE_ORDER)
def test_a_stage_writes_its_own_topics_and_no_answer_of_another(stage: StageName) -> None:
    written = allowed(rights_of_stage(NAMES, stage), Operation.WRITE)
    shared = {NAMES.events, NAMES.control}
    assert written == {NAMES.requests(stage), *NAMES.outputs(stage), *shared}


def test_a_stage_reads_the_answers_of_the_one_before_and_nothing_of_the_one_behind() -> None:
    read = allowed(rights_of_stage(NAMES, StageName.COLUMN), Operation.READ)
    assert NAMES.suggestions(StageName.TABLE) in read
    assert not {name for name in read if name.startswith("row.")}


def test_the_gateway_reads_all_and_answers_for_no_stage() -> None:
    rights = rights_of_gateway(NAMES)
    assert allowed(rights, Operation.READ) == set(NAMES.roles)
    answers = {topic for s in STAGE_ORDER for topic in (NAMES.suggestions(s), *NAMES.retries(s))}
    assert not allowed(rights, Operation.WRITE) & answers


def test_only_a_stage_joins_its_groups() -> None:
    stage = rights_of_stage(NAMES, StageName.ROW)
    joined = {r.name for r in stage if r.kind is ResourceKind.GROUP}
    assert joined == {NAMES.group(StageName.ROW), NAMES.forwarder_group(StageName.ROW)}
    gateway = [r for r in rights_of_gateway(NAMES) if r.kind is ResourceKind.GROUP]
    assert {r.operations for r in gateway} == {(Operation.DESCRIBE,)}


def test_nobody_makes_topics_or_changes_them() -> None:
    """`brainshare topics apply` does, as whoever may."""
    everybody = (rights_of_gateway(NAMES), *(rights_of_stage(NAMES, s) for s in STAGE_ORDER))
    used = {operation for rights in everybody for right in rights for operation in right.operations}
    assert used == set(Operation)
