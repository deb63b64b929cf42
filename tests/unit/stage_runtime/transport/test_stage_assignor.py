"""A worker takes over what its name had, whatever its address is now."""

import faust
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from faust.assignor.client_assignment import (
    ClientAssignment,
    ClientMetadata,
    CopartitionedAssignment,
)
from faust.types import TP

from services.stage_runtime.transport.stage_assignor import StageAssignor

INPUT = "table.requests"


def test_what_it_had_under_another_address_is_its_own() -> None:
    app = faust.App("t", broker="kafka://", web_enabled=False, canonical_url="http://two:6066")
    assignor = StageAssignor(app)
    assignor.on_assignment(assign("http://one:6066", {0, 2}))
    had = ClientMetadata.loads(assignor.metadata({INPUT}).user_data)
    assert (had.url, assignor.assigned_actives()) == (
        "http://two:6066",
        {TP(INPUT, 0), TP(INPUT, 2)},
    )


def assign(url: str, partitions: set[int]) -> ConsumerProtocolMemberAssignment:
    """What the broker keeps of a worker."""
    own = ClientAssignment(actives={}, standbys={})
    own.add_copartitioned_assignment(CopartitionedAssignment(partitions, set(), {INPUT}))
    told = ClientMetadata(assignment=own, url=url, changelog_distribution={}, topic_groups={})
    packed = StageAssignor._compress(told.dumps())
    return ConsumerProtocolMemberAssignment(0, [(INPUT, sorted(partitions))], packed)
