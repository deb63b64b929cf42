"""A control: the same jobs answered once more by the same prompt and model, to see the noise.

Two answers of the same prompt and model differ as well. How much is seen from pairs of them: the
answer of the control, and the one of before or of the replay, whichever the same have given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from schemas.stage import StageName
from services.replay.answer import Answer
from services.replay.comparison.pair import Pair, Verdict
from services.replay.manifest import Manifest

PairKey = tuple[UUID, StageName]


class ControlError(Exception):
    """A manifest is no control of another. Says in one line why, and what to do."""


@dataclass(frozen=True)
class Control:
    """What the control shows.

    Attributes:
        is_of_before: Whether it is paired with the answers of before; else with the replay's.
        verdicts: Of each pair that one prompt and model have given both sides of.
        missing: Answers that are not there yet.
        others: Answers of another prompt or model than the other side's: they show no noise.
    """

    is_of_before: bool
    verdicts: Mapping[PairKey, Verdict]
    missing: int
    others: int


def refuse_other_jobs(planned: Manifest, control: Manifest) -> None:
    """Take only a control that is of the same jobs, or of some of them.

    Raises:
        ControlError: It is of others.
    """
    if control.replay_id == planned.replay_id:
        raise ControlError(
            "the control is the manifest itself, which shows no noise: make one with"
            " `brainshare replay control`"
        )
    known = {job.job_id: (job.input_digest, job.stages) for job in planned.jobs}
    strange = [j for j in control.jobs if known.get(j.job_id) != (j.input_digest, j.stages)]
    if strange or control.stage is not planned.stage:
        raise ControlError(
            f"the control is of other jobs ({len(strange)} of {len(control.jobs)}) or of another"
            " stage: make one of this manifest with `brainshare replay control`"
        )


def pair_control(
    changed: StageName, replayed: Mapping[PairKey, Pair], controls: Mapping[PairKey, Pair]
) -> Control:
    """Pair each answer of the control with the one that the same prompt and model have given.

    Args:
        changed: The stage whose prompt may be another: it says which side is the same as it.
        replayed, controls: The answers of before with those of the replay, and of the control.
    """
    is_of_before = _is_of_before(changed, replayed, controls)
    verdicts, missing, others = dict[PairKey, Verdict](), 0, 0
    for key, pair in _pairs(is_of_before, replayed, controls):
        if pair.verdict is Verdict.MISSING:
            missing += 1
        elif pair.before and pair.now and not _are_of_one(pair.before, pair.now):
            others += 1
        else:
            verdicts[key] = pair.verdict
    return Control(is_of_before, verdicts, missing, others)


def _pairs(
    is_of_before: bool, replayed: Mapping[PairKey, Pair], controls: Mapping[PairKey, Pair]
) -> Iterator[tuple[PairKey, Pair]]:
    for key, control in controls.items():
        replay = replayed[key]
        if is_of_before:
            yield key, control
        elif replay.verdict is not Verdict.MISSING:
            yield key, Pair(*key, replay.now, control.now, control.has_failed)


def _is_of_before(
    changed: StageName, replayed: Mapping[PairKey, Pair], controls: Mapping[PairKey, Pair]
) -> bool:
    before = now = 0
    for key, control in controls.items():
        if key[1] is changed and (answer := control.now) is not None:
            replay = replayed[key]
            before += control.before is not None and _are_of_one(control.before, answer)
            now += replay.now is not None and _are_of_one(replay.now, answer)
    return before >= now


def _are_of_one(one: Answer, other: Answer) -> bool:
    """Whether one prompt and model have given both; what no model has given is anyone's."""
    is_prompt_s = one.prompt_version == other.prompt_version
    return is_prompt_s and (None in (one.model, other.model) or one.model == other.model)
