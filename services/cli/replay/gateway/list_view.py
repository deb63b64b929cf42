"""How the replays of a gateway look in a terminal."""

from collections.abc import Iterator

from schemas.api.replay.run import ReplayCounts, ReplayRun
from services.cli.terminal.text import plain
from services.cli.view.time import show_moment


def replay_line(replay: ReplayRun) -> str:
    """A replay in a line: of which stage, and how far it is."""
    what = "control" if replay.control_of else "live replay" if replay.is_live else "replay"
    return (
        f"{replay.id}  {replay.stage.value} {what} {replay.state.value}:"
        f" {_tell_counts(replay.jobs)} of {replay.total}  {show_moment(replay.planned_at)}"
    )


def replay_lines(replay: ReplayRun) -> Iterator[str]:
    """All that there is to say of a replay, its jobs left out."""
    yield replay_line(replay)
    model = "not said" if replay.model is None else plain(replay.model)
    brought = ", which its jobs bring along" if replay.brings_prompt else ""
    yield f"  prompt: {plain(replay.prompt_version)}{brought}, model: {model}"
    if replay.control_of:
        yield f"  control of {replay.control_of}"
    if replay.expected:
        calls = sum(stage.calls for stage in replay.expected)
        yield f"  expected: {calls} calls"
    for differs, count in sorted(replay.differs.items()):
        yield f"  differs in {_jobs(count)}: {plain(differs)}"
    for reason, count in sorted(replay.excluded.items()):
        yield f"  left out, {_jobs(count)}: {plain(reason)}"
    if replay.pace is not None:
        yield f"  at {replay.pace.rate:g} jobs a second"
    if replay.held_back_s:
        yield f"  live work went first for {replay.held_back_s:.0f} s"
    if replay.detail:
        yield f"  {plain(replay.detail)}"
    why = f": {plain(replay.reason)}" if replay.reason else ""
    yield f"  last by {plain(replay.by)}{why}"


def _tell_counts(counts: ReplayCounts) -> str:
    under_way = counts.pending + counts.running + counts.cancelling
    parts = (
        (counts.completed, "completed"),
        (counts.failed, "failed"),
        (counts.cancelled, "cancelled"),
        (under_way, "under way"),
        (counts.waiting, "waiting"),
        (counts.gone, "gone"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count) or "0"


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"
