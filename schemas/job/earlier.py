"""What a job has answered before, for those of its replay's stages that get the same again."""

import hashlib
from collections.abc import Iterable

from pydantic_core import to_json

from schemas.job.record import EarlierAnswer, StageRecord
from schemas.stage import STAGE_ORDER, StageName

MOST_BYTES = 256 * 1024
"""A record that is longer by more might be too large for its topic: then all is asked again."""


def digest_question(record: StageRecord, stage: StageName) -> str:
    """SHA-256 of what a stage reads of a record: the table, what is wanted, the answers before."""
    before = [record.results.of(name) for name in STAGE_ORDER[: STAGE_ORDER.index(stage)]]
    told = [record.job.context, record.job.want, *before]
    written = [part and part.model_dump(mode="json", by_alias=True) for part in told]
    return hashlib.sha256(to_json(written)).hexdigest()


def find_earlier(past: StageRecord, stages: Iterable[StageName]) -> dict[StageName, EarlierAnswer]:
    """What these stages of a job have answered; nothing of one whose calls are not known.

    Too much of it is none: see `MOST_BYTES`.
    """
    found = {stage: answer for stage in stages if (answer := _find(past, stage)) is not None}
    size = sum(len(answer.to_json()) for answer in found.values())
    return found if size <= MOST_BYTES else {}


def _find(past: StageRecord, stage: StageName) -> EarlierAnswer | None:
    suggestion, made = past.results.of(stage), past.provenance.get(stage)
    if suggestion is None or made is None or made.parameters is None:
        return None
    return EarlierAnswer(
        question=digest_question(past, stage),
        suggestion=suggestion.model_dump(mode="json", by_alias=True),
        provenance=made,
    )
