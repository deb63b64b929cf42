"""How the noise of a comparison looks, and what lies outside of it."""

from collections.abc import Iterator

from schemas.api.replay.comparison import ControlNoise, NoiseJudgement, ReplayComparison
from services.cli.terminal.text import plain
from services.replay.comparison.pair import Verdict
from services.replay.report.remark import NO_CONTROL, call_lines


def noise_lines(found: ReplayComparison) -> Iterator[str]:
    """The shares of the replay beside the control's, and which differences are called."""
    control = found.control
    if control is None:
        if found.all.same + found.all.missing < found.all.n:
            yield NO_CONTROL
        return
    yield _tell_control(control)
    told = [said for said in control.judgements if said.verdict == Verdict.SAME or _is_seen(said)]
    if told:
        yield "stage  answers      now  control  difference, 95 % interval           n"
    yield from map(_line, told)
    yield from call_lines(control.judgements)


def _tell_control(control: ControlNoise) -> str:
    side = "of before" if control.is_of_before else "of the replay"
    gaps = (
        (control.missing, "are missing"),
        (control.of_another, "are of another prompt or model and show no noise"),
    )
    rest = "".join(f", {count} {what}" for count, what in gaps if count)
    return f"noise: {control.answers} answers of the control beside those {side}{rest}"


def _is_seen(said: NoiseJudgement) -> bool:
    return said.now > 0 or said.control > 0


def _line(said: NoiseJudgement) -> str:
    total = said.n or 1
    difference = f"{said.difference:+.1%} ({said.low:+.1%} to {said.high:+.1%})"
    shares = f"{said.now / total:>8.1%}{said.control / total:>9.1%}"
    return (
        f"{said.stage.value:<7}{plain(said.verdict):<8}{shares}"
        f"  {difference:<27}{said.n:>9}  {plain(said.call)}"
    )
