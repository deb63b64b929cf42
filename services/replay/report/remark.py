"""What is said beside the counts of a comparison: what they rest on, and what they may mean."""

from collections.abc import Iterable, Iterator, Sequence

from schemas.api.replay.comparison import NoiseJudgement
from services.replay.comparison.judgement import Call

NO_CONTROL = (
    "no control: how much of this is the model's own noise is not known, so no difference is"
    " called; see `brainshare replay control --help`"
)


def warnings_of(of_another: int, lost: int) -> Iterator[str]:
    """What makes a comparison say less than it seems to.

    Args:
        of_another: Answers of another prompt or model than was planned.
        lost: Jobs whose answer of before is not kept any more.
    """
    if of_another:
        yield f"{of_another} answers are of another prompt or model than was planned"
    if lost:
        yield f"of {lost} jobs the answers of before are not kept any more: they are missing"


def call_lines(judgements: Sequence[NoiseJudgement]) -> Iterator[str]:
    """Which differences are called, and which may be."""
    called = [said for said in judgements if said.call == Call.DIFFERENT]
    unclear = [said for said in judgements if said.call == Call.UNCLEAR]
    if called:
        yield f"outside of the noise: {_name(called)}"
    elif judgements:
        yield "nothing is outside of the noise"
    if unclear:
        yield f"unclear, more jobs would tell: {_name(unclear)}"


def _name(judgements: Iterable[NoiseJudgement]) -> str:
    return ", ".join(
        f"{said.stage.value} {'more' if said.difference > 0 else 'fewer'} {said.verdict}"
        for said in judgements
    )
