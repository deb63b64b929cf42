"""The tables that a person reads: one line a case, then the sums."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median, quantiles

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.stage import StageName
from tests.eval.bootstrap import Estimate, estimate_mean
from tests.eval.comparison import Pair, estimate_change
from tests.eval.measure import SCORES
from tests.eval.outcome import CaseOutcome, Evaluation
from tests.eval.trial import Trial

MOST_DIFFERENCES = 6
SHOWN_CHARS = 28
HEADS = {"distinct": "dist", "novelty": "novel", "headers": "heads", "type mix": "mix"}


def say_trial(trial: Trial) -> str:
    """Return a line of a case that has just ended, for who waits for the others."""
    seconds = sum(exchange.seconds for exchange in trial.exchanges)
    firsts = [step for step in trial.steps if step.is_first_usable is not None]
    told = [f"{step.stage.value} {'yes' if step.is_first_usable else 'no'}" for step in firsts]
    end = f"failed: {trial.failure}" if trial.failure else "ended"
    return (
        f"{trial.case.id}: {end}, {len(trial.exchanges)} calls, {seconds:.0f} s;"
        f" first answers usable: {', '.join(told) or 'none asked'}"
    )


def show_cases(console: Console, evaluation: Evaluation) -> None:
    """Print one line for each case, a table for each model."""
    for model in evaluation.models:
        outcomes = [outcome for outcome in evaluation.outcomes if outcome.model == model]
        console.print(_title(f"{len(outcomes)} cases, {model}"), _list_cases(outcomes), sep="\n")


def _list_cases(outcomes: Sequence[CaseOutcome]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("case", no_wrap=True)
    table.add_column("hard tier", max_width=15)
    for name in (*(HEADS.get(name, name) for name in SCORES), "calls", "again", "s", "tokens"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("flags")
    for outcome in outcomes:
        effort = outcome.effort
        table.add_row(
            outcome.case,
            _say_verdict(outcome),
            *(_say_score(outcome.soft.get(name)) for name in SCORES),
            str(effort.calls),
            str(effort.asked_again or "-"),
            f"{sum(effort.latencies_s):.2f}",
            str(effort.input_tokens + effort.output_tokens),
            " ".join(outcome.flags),
        )
    return table


def _say_verdict(outcome: CaseOutcome) -> Text:
    if outcome.failure:
        return Text(outcome.failure, "bold red")
    if outcome.hard:
        return Text(" ".join(outcome.hard), "bold red")
    return Text("partial", "yellow") if outcome.is_partial else Text("ok", "green")


def _say_score(score: float | None) -> Text:
    if score is None:
        return Text("-", "dim")
    return Text(f"{score:.2f}", "yellow" if score < 1 else "")


def show_sums(console: Console, evaluation: Evaluation) -> None:
    """Print means with their intervals, and what it took, for each model."""
    for model in evaluation.models:
        outcomes = [outcome for outcome in evaluation.outcomes if outcome.model == model]
        console.print(
            _title(f"Sums, {model}"), _list_sums(outcomes), _say_effort(outcomes), sep="\n"
        )
    prompts = ", ".join(f"{note.version} {note.sha}" for note in evaluation.prompts.values())
    console.print(f"prompts: {prompts}")
    if evaluation.engine == "demo":
        console.print("Demo engine: canned data, not AI. These figures say nothing of a model.")


def _list_sums(outcomes: Sequence[CaseOutcome]) -> Table:
    table = Table("score", "cases", "mean", "95 % interval", box=SIMPLE_HEAD, pad_edge=False)
    hard = [float(outcome.is_good) for outcome in outcomes]
    _add_sum(table, "hard tier passed", hard)
    for name in (*SCORES, "flags"):
        _add_sum(table, name, [o.soft[name] for o in outcomes if name in o.soft])
    return table


def _add_sum(table: Table, name: str, values: Sequence[float]) -> None:
    estimate = estimate_mean(values)
    if estimate:
        table.add_row(name, str(len(values)), f"{estimate.mean:.3f}", _say_interval(estimate))


def _say_interval(estimate: Estimate) -> str:
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _say_effort(outcomes: Sequence[CaseOutcome]) -> str:
    figures = sum_up(outcomes)
    levels = Counter(level for outcome in outcomes for level in outcome.effort.levels)
    lines = [
        f"calls {figures['calls']}, asked again {figures['asked_again']}"
        f" ({figures['asked_again_per_case']:.2f} a case), partial {figures['partial_rate']:.1%}",
        f"latency p50 {figures['p50_s']:.3f} s, p95 {figures['p95_s']:.3f} s;"
        f" tokens {figures['input_tokens']} in, {figures['output_tokens']} out;"
        f" cost {_say_cost(figures['cost_usd'])}",
    ]
    firsts = count_firsts(outcomes)
    if firsts:
        told = ", ".join(f"{name} {good} of {all_}" for name, (good, all_) in firsts.items())
        lines.append(f"first answers of which something could be used: {told}")
    actions = sum((Counter(outcome.actions) for outcome in outcomes), Counter[str]())
    if actions:
        told = ", ".join(f"{name} {number}" for name, number in sorted(actions.items()))
        lines.append(f"checks: {told}")
    if levels:
        lines.append("asked as " + ", ".join(f"{name} {n}" for name, n in levels.most_common()))
    return "\n".join(lines)


def count_firsts(outcomes: Sequence[CaseOutcome]) -> dict[str, tuple[int, int]]:
    """By stage: first answers of which something could be used, of so many."""
    told = {name: [o.firsts[name] for o in outcomes if name in o.firsts] for name in StageName}
    return {name.value: (sum(worths), len(worths)) for name, worths in told.items() if worths}


def _say_cost(cost_usd: float | None) -> str:
    return "not known" if cost_usd is None else f"${cost_usd:.4f}"


def sum_up(outcomes: Sequence[CaseOutcome]) -> dict[str, float]:
    """Return the figures of a model's outcomes, for programs."""
    efforts = [outcome.effort for outcome in outcomes]
    latencies = [seconds for effort in efforts for seconds in effort.latencies_s] or [0.0]
    costs = [effort.cost_usd for effort in efforts]
    again = sum(effort.asked_again for effort in efforts)
    return {
        "cases": len(outcomes),
        "hard": fmean(outcome.is_good for outcome in outcomes),
        "partial_rate": fmean(outcome.is_partial for outcome in outcomes),
        "calls": sum(effort.calls for effort in efforts),
        "asked_again": again,
        "asked_again_per_case": again / len(outcomes),
        "p50_s": round(median(latencies), 4),
        "p95_s": round(_find_p95(latencies), 4),
        "input_tokens": sum(effort.input_tokens for effort in efforts),
        "output_tokens": sum(effort.output_tokens for effort in efforts),
        "cost_usd": None if None in costs else sum(filter(None, costs)),  # type: ignore[dict-item]
    }


def _find_p95(latencies: Sequence[float]) -> float:
    return quantiles(latencies, n=20)[-1] if len(latencies) > 1 else latencies[0]


def show_comparison(console: Console, pairs: tuple[Pair, ...], title: str) -> None:
    """Print how the scores have changed, which cases got worse, and what differs in them."""
    table = Table("score", "mean change", "95 % interval", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("hard", *SCORES, "flags"):
        change = estimate_change(pairs, name)
        if change:
            table.add_row(name, f"{change.mean:+.3f}", _say_interval(change))
    parts: list[RenderableType] = [_title(title), table]
    for pair in pairs:
        parts.extend(_say_pair(pair))
    console.print(Group(*parts))


def _say_pair(pair: Pair) -> list[Text]:
    differences = pair.differences
    lines = [Text(f"{pair.new.case}: worse: {what}", "bold red") for what in pair.regressions]
    if differences:
        counts = Counter(str(difference.kind) for difference in differences)
        told = ", ".join(f"{number} {kind}" for kind, number in counts.items())
        lines.append(Text(f"{pair.new.case}: {told}"))
    for difference in differences[:MOST_DIFFERENCES]:
        values = (
            "" if difference.old is None else f": {_cut(difference.old)} -> {_cut(difference.new)}"
        )
        lines.append(Text(f"    {difference.kind} {_cut(difference.place, 60)}{values}", "dim"))
    if len(differences) > MOST_DIFFERENCES:
        lines.append(Text(f"    and {len(differences) - MOST_DIFFERENCES} more", "dim"))
    return lines


def _cut(text: str | None, limit: int = SHOWN_CHARS) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text or "")
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _title(text: str) -> Text:
    return Text(f"\n{text}", "bold")
