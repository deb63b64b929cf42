"""What a replay has changed."""

from typing import Any
from uuid import UUID

from pydantic import Field

from schemas.contract import Contract
from schemas.stage import StageName


class ShareInterval(Contract):
    """The 95 % interval of a share, from 0 to 1."""

    low: float
    high: float


class BeforeAndNow(Contract):
    """A quantity over the answers that both sides have; None where it is not known of one."""

    before: float | None
    now: float | None


class FieldCounts(Contract):
    """What has become of one field, over all answers of a stage: six counts that add up to n.

    An answer in which it is as before is the same, whatever else differs in it.

    Attributes:
        cells: Of its values, how many differ.
    """

    same: int
    changed: int
    better: int
    worse: int
    failing: int
    missing: int
    cells: int


class AnswerCounts(Contract):
    """What has become of the answers of a stage, or of all: six counts that add up to n.

    Attributes:
        neutral: The same, or changed; with better, worse, failing and missing it adds up, too.
        shares: The intervals of those five.
        cells: How many cells differ.
        fields: Of a stage, the fields that differ in any answer, by their paths without positions,
            such as `columns/name`; that with the most cells first.
        of_another: Answers of another prompt or model than was planned.
        cost_usd: US dollars.
        latency_s: Of an answer, the median, in seconds.
    """

    n: int
    same: int
    changed: int
    better: int
    worse: int
    failing: int
    missing: int
    neutral: int
    shares: dict[str, ShareInterval]
    cells: int
    fields: dict[str, FieldCounts] = Field(default_factory=dict)
    of_another: int
    cost_usd: BeforeAndNow
    tokens: BeforeAndNow
    latency_s: BeforeAndNow


class CellChange(Contract):
    """A cell, or another value of a suggestion, that is another one now.

    Attributes:
        path: Where it is: names, and positions from 0, between slashes.
        words: Of a text, its parts in their order: each `kept`, `gone` or `new`; None of all else.
    """

    path: str
    before: Any
    after: Any
    words: tuple[dict[str, str], ...] | None = None


class WorstCase(Contract):
    """An answer that is another one now.

    Attributes:
        verdict: failing, worse, changed or better.
    """

    job_id: UUID
    replay_job_id: UUID
    stage: StageName
    verdict: str
    cells: tuple[CellChange, ...]


class NoiseJudgement(Contract):
    """How many of a stage's answers are of one verdict, in the replay and in the control.

    Attributes:
        verdict: same, changed, better, worse or failing.
        n: Jobs of which both have an answer.
        now: Of how many of them the replay's is so.
        control: Of how many the control's is.
        difference: The replay's share less the control's, from -1 to 1.
        low: Where its 95 % interval begins.
        high: Where that ends.
        call: different, where it is outside of the noise; unclear, where more jobs would tell; or
            noise.
    """

    stage: StageName
    verdict: str
    n: int
    now: int
    control: int
    difference: float
    low: float
    high: float
    call: str


class ControlNoise(Contract):
    """What a control shows: how much the same prompt and model differ from themselves.

    Attributes:
        is_of_before: Whether it is paired with the answers of before; else with the replay's.
        answers: Pairs of one prompt and model, which show the noise.
        missing: Answers of the control that are not there yet.
        of_another: Its answers that are of another prompt or model than the other side's.
        is_different: Whether any difference is outside of the noise.
    """

    is_of_before: bool
    answers: int
    missing: int
    of_another: int
    judgements: tuple[NoiseJudgement, ...]
    is_different: bool


class ReplayComparison(Contract):
    """What a replay has changed, stage by stage.

    Attributes:
        lost: Jobs whose answer of before is not kept any more: they are among the missing.
        worst: The worst cases, the worst first.
        control: What the control shows; None where none was named.
        failures: Why it does not pass the limits; none where it does, None where none were given.
    """

    replay_id: UUID
    stages: dict[str, AnswerCounts]
    all: AnswerCounts
    lost: tuple[UUID, ...]
    worst: tuple[WorstCase, ...]
    control: ControlNoise | None = None
    failures: tuple[str, ...] | None = None
