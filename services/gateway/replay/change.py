"""Plans that are kept, and replays that are started, paused and aborted: each noted as an act."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemas.api.act import Deed
from schemas.api.replay.run import ReplayPace, ReplayState
from services.gateway.access.actor import Actor
from services.gateway.act.store import make_act, note_act
from services.gateway.database.database import Connection
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight
from services.gateway.replay.store import (
    acted_by,
    ended,
    find_replay,
    keep_replay,
    set_state,
)
from services.gateway.replay.stored_replay import (
    ABORTED_FROM,
    PAUSED_FROM,
    STARTED_FROM,
    StateError,
    StoredReplay,
)
from services.gateway.replay.view import summarize
from services.replay.question.plan import Planned


def keep(
    connection: Connection,
    planned: Planned,
    actor: Actor,
    sight: Sight,
    now: datetime,
    control_of: str | None = None,
) -> StoredReplay:
    """Keep a plan, of which nothing runs yet.

    Args:
        control_of: The replay of which it is a control; None for none.
    """
    replay_id = planned.replay_id
    wanted = StoredReplay(
        replay_id=replay_id,
        sight=sight,
        state=ReplayState.PLANNED,
        summary=summarize(planned, control_of),
        pace=None,
        held_back_s=0.0,
        detail=None,
        actor=actor,
        total=len(planned.jobs),
        created_at=now,
        ended_at=None,
        place=Place(to_us(now), replay_id),
    )
    keep_replay(connection, wanted, planned)
    said = {"stage": planned.stage.value, "jobs": wanted.total}
    said |= {"controlOf": control_of} if control_of else {}
    said |= {"isLive": True} if planned.is_live else {}
    note_act(connection, make_act(actor, Deed.PLAN_REPLAY, replay_id, sight, now, None, said))
    return wanted


def start(
    connection: Connection, replay_id: str, pace: ReplayPace, actor: Actor, now: datetime
) -> StoredReplay | None:
    """Let a replay run, or go on. Of one that runs the pace is left as it is.

    Returns:
        It as it is then; None where it is not seen.

    Raises:
        StateError: It has started all of its jobs, or was aborted.
    """
    values = {"pace": pace.to_json().decode(), "detail": None, **ended(None)}
    said = pace.model_dump(mode="json", by_alias=True)
    of = (Deed.START_REPLAY, STARTED_FROM, ReplayState.RUNNING, values, said)
    return _change(connection, replay_id, actor, now, *of)


def pause(
    connection: Connection, replay_id: str, actor: Actor, now: datetime
) -> StoredReplay | None:
    """Start no more of its jobs for now. Those under way go on.

    Raises:
        StateError: It does not run.
    """
    of = (Deed.PAUSE_REPLAY, PAUSED_FROM, ReplayState.PAUSED)
    return _change(connection, replay_id, actor, now, *of, {"detail": None}, {})


def abort(
    connection: Connection, replay_id: str, actor: Actor, now: datetime
) -> StoredReplay | None:
    """Start no more, and cancel what has not ended."""
    of = (Deed.ABORT_REPLAY, ABORTED_FROM, ReplayState.ABORTING)
    return _change(connection, replay_id, actor, now, *of, {"detail": None}, {})


def _change(
    connection: Connection,
    replay_id: str,
    actor: Actor,
    now: datetime,
    deed: Deed,
    before: tuple[ReplayState, ...],
    after: ReplayState,
    values: Mapping[str, Any],
    said: Mapping[str, Any],
) -> StoredReplay | None:
    replay = find_replay(connection, replay_id, actor.sight)
    if replay is None or replay.state in (after, _END_OF.get(after)):
        return replay
    who = acted_by(actor)
    if not set_state(connection, replay_id, before, after, **values, **who):
        raise StateError(_tell_state(replay.state, deed, before))
    told = {"state": after.value, **said}
    was = {"state": replay.state.value}
    act = make_act(actor, deed, replay_id, replay.sight, now, was, told)
    note_act(connection, act)
    changed = find_replay(connection, replay_id, actor.sight)
    return changed or replace(replay, state=after)


def _tell_state(state: ReplayState, deed: Deed, before: Sequence[ReplayState]) -> str:
    *most, last = (known.value for known in before)
    states = f"{', '.join(most)} or {last}" if most else last
    return f"the replay is {state.value}, and only one that is {states} can be {_DONE[deed]}"


_DONE = {
    Deed.START_REPLAY: "started",
    Deed.PAUSE_REPLAY: "paused",
    Deed.ABORT_REPLAY: "aborted",
}

_END_OF = {ReplayState.ABORTING: ReplayState.ABORTED}
"""What asking twice may find: then it was done."""
