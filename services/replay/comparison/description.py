"""A comparison as programs read it, in JSON."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from schemas.api.replay.comparison import NoiseJudgement
from services.replay.comparison.comparison import Comparison, StageComparison
from services.replay.comparison.difference import Difference, find_differences
from services.replay.comparison.field_count import FieldCount
from services.replay.comparison.interval import find_share
from services.replay.comparison.judgement import Judgement
from services.replay.comparison.pair import Pair, Verdict
from services.replay.comparison.word_difference import find_passages

NEUTRAL = "neutral"
FIVE = (NEUTRAL, *(v.value for v in Verdict if v not in (Verdict.SAME, Verdict.CHANGED)))
"""The counts that add up to all."""


def describe_comparison(found: Comparison, lost: Sequence[UUID], shown: int) -> dict[str, Any]:
    """What has become of all answers, and of the worst cases their cells.

    Args:
        lost: Jobs whose answer of before is not kept any more.
        shown: So many of the worst cases.
    """
    return {
        "replayId": str(found.manifest.replay_id),
        "stages": {
            stage.value: _describe(found.of(stage), found.fields_of(stage))
            for stage in found.manifest.stages
        },
        "all": _describe(found.of(None)),
        "control": describe_noise(found),
        "lost": [str(job_id) for job_id in lost],
        "worst": [_describe_pair(found, pair) for pair in found.worst(shown)],
    }


def describe_noise(found: Comparison) -> dict[str, Any] | None:
    """What the control shows; None without one."""
    control = found.control
    if control is None:
        return None
    return {
        "isOfBefore": control.is_of_before,
        "answers": len(control.verdicts),
        "missing": control.missing,
        "ofAnother": control.others,
        "judgements": [_describe_judgement(said) for said in found.judgements],
        "isDifferent": bool(found.called),
    }


def judgements_of(found: Comparison) -> tuple[NoiseJudgement, ...]:
    """What may be said of each stage beside the control; nothing without one."""
    told = map(_describe_judgement, found.judgements)
    return tuple(NoiseJudgement.model_validate(one) for one in told)


def differences_of(pair: Pair) -> tuple[Difference, ...]:
    """Where the two answers of a pair differ; nothing where one side has none."""
    if pair.before is None or pair.now is None:
        return ()
    return find_differences(pair.before.suggestion, pair.now.suggestion)


def count_five(counted: StageComparison) -> Iterator[tuple[str, int]]:
    """The five counts that add up to all, by their names."""
    for name in FIVE:
        yield name, counted.neutral if name == NEUTRAL else counted.counts[Verdict(name)]


def _describe(counted: StageComparison, fields: Sequence[FieldCount] = ()) -> dict[str, Any]:
    measures = {"costUsd": counted.cost, "tokens": counted.tokens, "latencyS": counted.latency}
    intervals = {name: find_share(count, counted.total) for name, count in count_five(counted)}
    return {
        "n": counted.total,
        **{verdict.value: counted.counts[verdict] for verdict in Verdict},
        NEUTRAL: counted.neutral,
        "shares": {name: {"low": low, "high": high} for name, (low, high) in intervals.items()},
        "cells": counted.cells,
        "fields": {field.name: _describe_field(field) for field in fields},
        "ofAnother": counted.others,
        **{name: {"before": m.before, "now": m.now} for name, m in measures.items()},
    }


def _describe_field(field: FieldCount) -> dict[str, int]:
    return {**{verdict.value: field.counts[verdict] for verdict in Verdict}, "cells": field.cells}


def _describe_pair(found: Comparison, pair: Pair) -> dict[str, Any]:
    return {
        "jobId": str(pair.job_id),
        "replayJobId": str(found.manifest.replay_of(pair.job_id)),
        "stage": pair.stage.value,
        "verdict": pair.verdict.value,
        "cells": [_describe_difference(cell) for cell in differences_of(pair)],
    }


def _describe_difference(cell: Difference) -> dict[str, Any]:
    told = {"path": cell.path, "before": cell.before, "after": cell.after}
    if isinstance(cell.before, str) and isinstance(cell.after, str):
        passages = find_passages(cell.before, cell.after)
        told["words"] = [{passage.part.value: passage.text} for passage in passages]
    return told


def _describe_judgement(said: Judgement) -> dict[str, Any]:
    counts, (low, high) = said.counts, said.interval
    return {
        "stage": said.stage.value,
        "verdict": said.verdict.value,
        "n": counts.total,
        "now": counts.both + counts.first,
        "control": counts.both + counts.second,
        "difference": counts.difference,
        "low": low,
        "high": high,
        "call": said.call.value,
    }
