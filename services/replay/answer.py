"""What a stage has answered, as far as it is compared."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from schemas.job.check import Severity
from schemas.job.record import Provenance
from schemas.stage import StageName


@dataclass(frozen=True, slots=True)
class Answer:
    """A stage's answer.

    Attributes:
        suggestion: As JSON with its keys in order, so that equal ones are equal bytes.
        lacking: How much of what was asked for is not there.
        warnings: What the checks found that a person should look at.
        tokens: Of input and output; None where the model did not count them.
        cost_usd: US dollars; None where the price is not known.
        is_reused: Whether it was taken over from another job: then it says nothing of what it
            takes.
    """

    suggestion: bytes
    prompt_version: str
    model: str | None
    lacking: int
    warnings: int
    tokens: int | None
    cost_usd: float | None
    latency_s: float
    is_reused: bool = False

    @property
    def faults(self) -> tuple[int, int]:
        """What the checks hold against it; the least is the best."""
        return self.lacking, self.warnings


def read_answers(value: bytes) -> dict[StageName, Answer]:
    """All answers that a record holds.

    Raises:
        ValueError: It cannot be read.
    """
    document = from_json(value)
    results, provenance = document.get("results") or {}, document.get("provenance") or {}
    return {
        stage: _read(results.get(stage.value), Provenance.model_validate(provenance[stage.value]))
        for stage in StageName
        if provenance.get(stage.value)
    }


def _read(suggestion: Any, made: Provenance) -> Answer:
    used = (made.usage.input_tokens, made.usage.output_tokens)
    known = [count for count in used if count is not None]
    is_free = not made.calls and made.model is None
    warnings = sum(c.count for c in made.checks if c.severity == Severity.WARNING)
    return Answer(
        suggestion=to_json(_in_order(suggestion)),
        prompt_version=made.prompt_version,
        model=made.model,
        lacking=sum(max(0, part.asked - part.given) for part in made.missing),
        warnings=warnings,
        tokens=0 if is_free else sum(known) if len(known) == len(used) else None,
        cost_usd=0.0 if is_free else made.cost_usd,
        latency_s=made.latency_s,
        is_reused=made.reused_from is not None,
    )


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value
