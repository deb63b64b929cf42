"""How a comparison looks in a terminal, and for programs."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from schemas.stage import StageName
from services.cli.replay.noise_view import describe_noise, noise_lines
from services.cli.terminal.text import plain
from services.cli.view.estimate import UNKNOWN, show_cost
from services.replay.comparison.comparison import Comparison, Measure, StageComparison
from services.replay.comparison.difference import find_differences
from services.replay.comparison.pair import Pair, Verdict

CELLS_SHOWN = 8
VALUE_CHARS = 40


def comparison_lines(found: Comparison, lost: Sequence[UUID], shown: int) -> Iterator[str]:
    """The counts, what it took, and the worst cases cell by cell."""
    stages = found.manifest.stages
    yield "stage  " + "".join(f"{verdict.value:>9}" for verdict in Verdict) + "      all    cells"
    for stage in stages:
        yield _count_line(stage.value, found.of(stage))
    whole = found.of(None)
    if len(stages) > 1:
        yield _count_line("all", whole)
    for name, measure, show in (
        ("cost", whole.cost, show_cost),
        ("tokens", whole.tokens, lambda value: f"{value:,.0f}"),
        ("latency", whole.latency, lambda value: f"{value:.2f} s an answer, the median"),
    ):
        yield f"{name:<8}{_change(measure, show)}"
    if not any(pair.verdict not in (Verdict.SAME,) for pair in found.pairs):
        yield f"nothing has changed in {whole.total} answers"
    if whole.others:
        yield f"warning: {whole.others} answers are of another prompt or model than was planned"
    if lost:
        yield (
            f"warning: of {len(lost)} jobs the answers of before are not kept any more: they are"
            " missing"
        )
    yield from noise_lines(found)
    for pair in found.worst(shown):
        yield from _pair_lines(pair)


def describe_comparison(found: Comparison, lost: Sequence[UUID], shown: int) -> dict[str, Any]:
    """The same for programs."""
    names: tuple[StageName | None, ...] = (*found.manifest.stages, None)
    counted = {stage.value if stage else "all": _describe(found.of(stage)) for stage in names}
    return {
        "replayId": str(found.manifest.replay_id),
        "stages": {name: told for name, told in counted.items() if name != "all"},
        "all": counted["all"],
        "control": describe_noise(found),
        "lost": [str(job_id) for job_id in lost],
        "worst": [_describe_pair(found, pair) for pair in found.worst(shown)],
    }


def _count_line(name: str, counted: StageComparison) -> str:
    counts = "".join(f"{counted.counts[verdict]:>9}" for verdict in Verdict)
    return f"{name:<7}{counts}{counted.total:>9}{counted.cells:>9}"


def _change(measure: Measure, show: Any) -> str:
    if measure.before is None or measure.now is None:
        return UNKNOWN
    change = measure.change
    grown = f" ({change:+.1%})" if change else ""
    return f"{show(measure.now)}, was {show(measure.before)}{grown}"


def _pair_lines(pair: Pair) -> Iterator[str]:
    yield f"{pair.verdict.value}: {pair.job_id} {pair.stage.value}"
    if pair.before is None or pair.now is None:
        return
    differences = find_differences(pair.before.suggestion, pair.now.suggestion)
    for item in differences[:CELLS_SHOWN]:
        yield f"  {plain(item.path)}: {_value(item.before)} -> {_value(item.after)}"
    if (more := len(differences) - CELLS_SHOWN) > 0:
        yield f"  and {more} more, see --json"


def _value(value: Any) -> str:
    text = plain(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= VALUE_CHARS else f"{text[: VALUE_CHARS - 1]}…"


def _describe(counted: StageComparison) -> dict[str, Any]:
    measures = {"costUsd": counted.cost, "tokens": counted.tokens, "latencyS": counted.latency}
    return {
        "n": counted.total,
        **{verdict.value: counted.counts[verdict] for verdict in Verdict},
        "neutral": counted.neutral,
        "cells": counted.cells,
        "ofAnother": counted.others,
        **{name: {"before": m.before, "now": m.now} for name, m in measures.items()},
    }


def _describe_pair(found: Comparison, pair: Pair) -> dict[str, Any]:
    differences = (
        find_differences(pair.before.suggestion, pair.now.suggestion)
        if pair.before is not None and pair.now is not None
        else ()
    )
    return {
        "jobId": str(pair.job_id),
        "replayJobId": str(found.manifest.replay_of(pair.job_id)),
        "stage": pair.stage.value,
        "verdict": pair.verdict.value,
        "cells": [{"path": d.path, "before": d.before, "after": d.after} for d in differences],
    }
