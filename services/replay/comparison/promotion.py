"""Which results of a replay are to be promoted: those that pass a rule. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.replay.comparison.pair import Pair, Verdict
from services.replay.manifest import Manifest

DEFAULT_RULE = "not worse"
ANSWERED = (Verdict.SAME, Verdict.CHANGED, Verdict.BETTER, Verdict.WORSE)
"""Without an answer there is no result to promote."""

OR = re.compile(r"\s+or\s+|\s*,\s*")
WHY = {
    Verdict.MISSING: "its replay has not ended, or its answer of before is not kept any more",
    Verdict.FAILING: "its replay has failed",
}


@dataclass(frozen=True)
class Rule:
    """Which jobs are promoted: by what the checks say of their answers.

    Attributes:
        verdicts: Those that the answers of a job may have, beside being the same as before.
    """

    verdicts: frozenset[Verdict]

    def refusal(self, verdicts: Collection[Verdict]) -> str | None:
        """Why a job whose answers have these verdicts is not promoted; None where it is."""
        for verdict, why in WHY.items():
            if verdict in verdicts:
                return why
        others = sorted(set(verdicts) - self.verdicts - {Verdict.SAME})
        if others:
            return f"it is {others[0]}"
        return None if self.verdicts & set(verdicts) else "it is the same"


def read_rule(text: str) -> Rule:
    """Read a rule: `better`, `better or changed`, `not worse`; `any` takes all that have answered.

    Raises:
        ValueError: It is none; says what one looks like.
    """
    wanted = " ".join(text.split())
    if wanted == "any":
        return Rule(frozenset(ANSWERED))
    negated = wanted.startswith("not ")
    words = OR.split(wanted.removeprefix("not "))
    if not set(words) <= set(ANSWERED):
        raise ValueError(
            f"{text!r} is no rule: give one like better, 'better or changed' or 'not worse', of"
            f" {', '.join(ANSWERED)}; or any"
        )
    named = frozenset(map(Verdict, words))
    return Rule(frozenset(ANSWERED) - named if negated else named)


@dataclass(frozen=True)
class Choice:
    """What is promoted, and what not.

    Attributes:
        chosen: The replay of each job whose result is to be the job's.
        skipped: Each other job that was meant, and why.
    """

    chosen: Mapping[UUID, UUID]
    skipped: Mapping[UUID, str]


def choose(
    manifest: Manifest, pairs: Iterable[Pair], rule: Rule, wanted: Collection[UUID]
) -> Choice:
    """Choose from the jobs of a manifest.

    Args:
        pairs: Of all of them.
        wanted: The jobs that are meant; none for all.
    """
    verdicts: dict[UUID, list[Verdict]] = {}
    for pair in pairs:
        verdicts.setdefault(pair.job_id, []).append(_judge(pair))
    chosen, skipped = dict[UUID, UUID](), dict[UUID, str]()
    for job in manifest.jobs:
        if wanted and job.job_id not in wanted:
            continue
        if why := rule.refusal(verdicts.get(job.job_id, [Verdict.MISSING])):
            skipped[job.job_id] = why
        else:
            chosen[job.job_id] = manifest.id_of(job)
    return Choice(chosen, skipped)


def _judge(pair: Pair) -> Verdict:
    """What fails again is the same as before, and yet there is nothing to promote."""
    return Verdict.FAILING if pair.now is None and pair.has_failed else pair.verdict
