"""Where a group stands follows from what was decided, and when it was seen last."""

from datetime import timedelta

import pytest

from schemas.api.error_group import ErrorSource, GroupState
from services.gateway.error_group.group import Decision, Group
from tests.unit.gateway.example import NOW

LATER = NOW + timedelta(seconds=1)
RESOLVED, MUTED = GroupState.RESOLVED, GroupState.MUTED


@pytest.mark.parametrize(
    ("decided", "last", "state"),
    [
        (None, NOW, GroupState.OPEN),
        (RESOLVED, NOW, RESOLVED),
        (RESOLVED, LATER, GroupState.REGRESSED),
        (MUTED, LATER, MUTED),
    ],
)
def test_state(decided: GroupState | None, last: object, state: GroupState) -> None:
    decision = None if decided is None else Decision(decided, NOW, "ada", "")
    seen = (3, 2, 1, NOW, last)
    group = Group("0" * 12, ErrorSource.ROW, "bug", "no", *seen, decision=decision)  # type: ignore[arg-type]
    assert group.state is state
