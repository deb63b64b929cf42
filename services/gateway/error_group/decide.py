"""What a person decides of a group, noted as an act in the same transaction."""

from dataclasses import replace
from datetime import datetime

from schemas.api.act import Deed
from schemas.api.error_group import GroupState
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.error_group.group import Decision, Group
from services.gateway.error_group.store import decide, find_group

DEEDS = {
    GroupState.RESOLVED: Deed.RESOLVE_ERROR,
    GroupState.MUTED: Deed.MUTE_ERROR,
    GroupState.OPEN: Deed.REOPEN_ERROR,
}


def decide_group(
    connection: Connection, fingerprint: str, state: GroupState, actor: Actor, now: datetime
) -> Group:
    """Call a group resolved, muted, or open again.

    Raises:
        NoSuchErrorError: There is none that is seen.
    """
    before = find_group(connection, actor.sight, fingerprint)
    by = actor.principal.name
    made = None if state is GroupState.OPEN else Decision(state, now, by, actor.reason)
    after = replace(before, decision=made)
    decide(connection, fingerprint, made)
    said = ({"state": before.state.value}, {"state": after.state.value})
    note_act(connection, make_act(actor, DEEDS[state], fingerprint, None, now, *said))
    return after
