"""How the noise of a comparison looks, and what lies outside of it."""

from collections.abc import Iterator

from services.replay.comparison.comparison import Comparison
from services.replay.comparison.control import Control
from services.replay.comparison.judgement import Judgement
from services.replay.comparison.pair import Verdict
from services.replay.report.remark import NO_CONTROL, call_lines


def noise_lines(found: Comparison) -> Iterator[str]:
    """The shares of the replay beside the control's, and which differences are called."""
    control = found.control
    if control is None:
        if any(pair.verdict not in (Verdict.SAME, Verdict.MISSING) for pair in found.pairs):
            yield NO_CONTROL
        return
    yield _tell_control(control)
    told = [said for said in found.judgements if said.verdict is Verdict.SAME or _is_seen(said)]
    if told:
        yield "stage  answers      now  control  difference, 95 % interval           n"
    yield from map(_line, told)
    yield from call_lines(found)


def _tell_control(control: Control) -> str:
    side = "of before" if control.is_of_before else "of the replay"
    gaps = (
        (control.missing, "are missing"),
        (control.others, "are of another prompt or model and show no noise"),
    )
    rest = "".join(f", {count} {what}" for count, what in gaps if count)
    return f"noise: {len(control.verdicts)} answers of the control beside those {side}{rest}"


def _is_seen(said: Judgement) -> bool:
    return said.counts.neither < said.counts.total


def _line(said: Judgement) -> str:
    counts, (low, high) = said.counts, said.interval
    now, control = counts.both + counts.first, counts.both + counts.second
    total = counts.total or 1
    difference = f"{counts.difference:+.1%} ({low:+.1%} to {high:+.1%})"
    return (
        f"{said.stage.value:<7}{said.verdict.value:<8}{now / total:>8.1%}{control / total:>9.1%}"
        f"  {difference:<27}{counts.total:>9}  {said.call.value}"
    )
