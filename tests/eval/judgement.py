"""From a trial to its outcome: the checks of every stage's answer, and what only cases know."""

from collections import Counter
from collections.abc import Iterator, Sequence

from schemas.job.check import CheckAction, MissingPart
from services.check.proposal.inspection import audit
from services.check.text.folding import fold
from tests.eval.final import Final, list_texts, read_final
from tests.eval.measure import measure
from tests.eval.outcome import CaseOutcome, Effort, Proposal
from tests.eval.trial import Stages, Step, Trial, fits_at_first_try, judge_firsts

HARD_CHECKS = frozenset(
    ("C01", "C02", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C17", "C19", "C20")
)
MISSED = {MissingPart.COLUMNS: "C04", MissingPart.ROWS: "C07", MissingPart.VALUES: "C05"}
SOFT_CHECKS = ("C03", "C12", "C13", "C14", "C15", "C16", "C18")


def judge(trial: Trial, stages: Stages, model: str, repeat: int) -> CaseOutcome:
    """Return the outcome of a trial."""
    final = read_final(trial.record)
    found = {check for step in trial.steps for check in _find_wrong(step)}
    flags = {check for step in trial.steps for check in _list_flags(step)}
    soft = measure(trial, final) if trial.steps else {}
    if trial.steps:
        soft["flags"] = 1 - len(flags & {*SOFT_CHECKS}) / len(SOFT_CHECKS)
    return CaseOutcome(
        case=trial.case.id,
        model=model,
        repeat=repeat,
        failure=f"{trial.failure.kind} {trial.failure.code or ''}" if trial.failure else None,
        is_partial=any(step.missing for step in trial.steps),
        hard=tuple(sorted({*(found & HARD_CHECKS), *_find_broken(trial, final, stages)})),
        soft=soft,
        flags=tuple(sorted(flags)),
        actions=_count_actions(trial),
        columns=tuple(
            Proposal(name=column.name, data_type=column.data_type or "")
            for column in final.proposed
        ),
        headers=tuple(column.name for column in final.columns),
        rows=final.rows,
        primary=final.primary,
        fills=_name_fills(final),
        firsts={name.value: is_usable for name, is_usable in judge_firsts(trial).items()},
        effort=_sum_effort(trial),
    )


def _find_wrong(step: Step) -> Iterator[str]:
    """Yield the ids of the checks that find something in what is proposed, or miss it there."""
    suggestion = step.after.results.of(step.stage)
    yield from (outcome.id for outcome in audit(step.before, suggestion))
    yield from (MISSED[missing.what] for missing in step.missing)
    yield from (outcome.id for outcome in step.checks if outcome.action is CheckAction.BLANKED)


def _list_flags(step: Step) -> Iterator[str]:
    yield from (outcome.id for outcome in step.checks if outcome.action is CheckAction.FLAGGED)


def _count_actions(trial: Trial) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for step in trial.steps:
        for outcome in step.checks:
            counts[f"{outcome.id} {outcome.action.value}"] += outcome.count
    return dict(sorted(counts.items()))


def _find_broken(trial: Trial, final: Final, stages: Stages) -> Iterator[str]:
    expect = trial.case.expect
    if not fits_at_first_try(trial, stages):
        yield "json"
    texts = [text.casefold() for text in list_texts(trial.record)]
    if any(marker.casefold() in text for marker in expect.forbidden_text for text in texts):
        yield "marker"
    if trial.failure is None and len(final.columns) < expect.min_columns:
        yield "columns"
    taken = {fold(text) for text in expect.must_not_repeat}
    names = {fold(column.name) for column in final.proposed}
    told = {fold(row[final.primary]) for row in final.rows if row}
    if taken & (names | told):
        yield "repeats"


def _name_fills(final: Final) -> dict[str, dict[str, str]]:
    names = [column.name for column in final.proposed]
    return {row: dict(zip(names, cells, strict=False)) for row, cells in final.fills.items()}


def _sum_effort(trial: Trial) -> Effort:
    answers = [e.answer for e in trial.exchanges if e.answer]
    done = {step.stage for step in trial.steps}
    # A stage that has failed does not say how often it asked again.
    failed = [e for e in trial.exchanges if e.answer and e.stage not in done]
    return Effort(
        calls=len(trial.exchanges),
        asked_again=sum(step.re_asks for step in trial.steps) + max(len(failed) - 1, 0),
        latencies_s=tuple(round(e.seconds, 4) for e in trial.exchanges if e.answer),
        input_tokens=sum(a.usage.input_tokens or 0 for a in answers),
        output_tokens=sum(a.usage.output_tokens or 0 for a in answers),
        levels=tuple(a.level for a in answers if a.level),
        cost_usd=_sum_costs([a.cost_usd for a in answers]),
    )


def _sum_costs(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
