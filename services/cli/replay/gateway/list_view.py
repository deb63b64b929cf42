"""How the replays of a gateway look in a terminal."""

from collections.abc import Iterator

from schemas.api.replay.request import DEFAULT_RATE
from schemas.api.replay.run import ReplayCounts, ReplayPace, ReplayRun
from services.cli.replay.expected_view import tell_change, tell_duration, total_cost
from services.cli.terminal.text import plain
from services.cli.view.time import show_moment
from services.replay.report.amount import show_cost


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
    yield f"  prompt: {tell_change(replay.from_prompts, replay.prompt_version)}"
    if replay.brings_prompt:
        yield "  its jobs bring the prompt's text along"
    yield f"  model: {tell_change(replay.from_models, replay.model)}"
    if replay.control_of:
        yield f"  control of {replay.control_of}"
    yield from _expected_lines(replay)
    for differs, count in sorted(replay.differs.items()):
        yield f"  differs in {_jobs(count)}: {plain(differs)}"
    for reason, count in sorted(replay.excluded.items()):
        yield f"  left out, {_jobs(count)}: {plain(reason)}"
    if replay.pace is not None:
        yield f"  {_tell_pace(replay.pace)}"
    if replay.held_back_s:
        yield f"  live work went first for {replay.held_back_s:.0f} s"
    if replay.detail:
        yield f"  {plain(replay.detail)}"
    why = f": {plain(replay.reason)}" if replay.reason else ""
    yield f"  last by {plain(replay.by)}{why}"


def _expected_lines(replay: ReplayRun) -> Iterator[str]:
    if replay.expected:
        calls = sum(stage.calls for stage in replay.expected)
        yield f"  expected: {calls} calls, cost {show_cost(total_cost(replay.expected))}"
    if replay.start_s is not None:
        rate = replay.pace.rate if replay.pace else DEFAULT_RATE
        yield f"  duration: {tell_duration(replay.start_s, rate, replay.job_s)}"
    if replay.basis:
        yield f"  basis: {plain(replay.basis)}"
    if replay.warning:
        yield f"  warning: {plain(replay.warning)}"


def _tell_pace(pace: ReplayPace) -> str:
    """How fast it may be, and each bound that it has."""
    bounds = [f"live work waits {pace.live_wait_s:g} s at most"] if pace.live_wait_s else []
    if pace.max_open is not None:
        bounds.append(f"{pace.max_open} open records at most")
    if pace.max_cost_usd is not None:
        bounds.append(f"stops at {show_cost(pace.max_cost_usd)}")
    if pace.max_failed_percent is not None:
        bounds.append(f"stops when more than {pace.max_failed_percent:g} % have failed")
    return ", ".join((f"at {pace.rate:g} jobs a second", *bounds))


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
