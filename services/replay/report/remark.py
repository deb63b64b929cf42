"""What is said beside the counts of a comparison: what they rest on, and what they may mean."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from services.replay.comparison.comparison import Comparison
from services.replay.comparison.judgement import Call, Judgement

NO_CONTROL = (
    "no control: how much of this is the model's own noise is not known, so no difference is"
    " called; see `brainshare replay control --help`"
)


def warnings_of(found: Comparison, lost: Sequence[UUID]) -> Iterator[str]:
    """What makes a comparison say less than it seems to.

    Args:
        lost: Jobs whose answer of before is not kept any more.
    """
    if others := found.of(None).others:
        yield f"{others} answers are of another prompt or model than was planned"
    if lost:
        yield f"of {len(lost)} jobs the answers of before are not kept any more: they are missing"


def call_lines(found: Comparison) -> Iterator[str]:
    """Which differences are called, and which may be."""
    unclear = [said for said in found.judgements if said.call is Call.UNCLEAR]
    if found.called:
        yield f"outside of the noise: {_name(found.called)}"
    elif found.judgements:
        yield "nothing is outside of the noise"
    if unclear:
        yield f"unclear, more jobs would tell: {_name(unclear)}"


def _name(judgements: Iterable[Judgement]) -> str:
    return ", ".join(
        f"{said.stage.value} {'more' if said.counts.difference > 0 else 'fewer'}"
        f" {said.verdict.value}"
        for said in judgements
    )
