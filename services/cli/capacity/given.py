"""What a person says of a load, in place of what was estimated or measured."""

from dataclasses import dataclass, replace

from services.cli.capacity.load import Load, StageLoad


@dataclass(frozen=True)
class Given:
    """What was said; None leaves it as it is.

    Attributes:
        calls: Of a job, all stages together, shared out as they were.
        call_s: Mean time of a call in seconds.
        input_tokens: Of a call; likewise output_tokens.
        retries: Deliveries beyond the first one, per record.
    """

    calls: float | None = None
    call_s: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    retries: float | None = None

    def apply(self, load: Load) -> Load:
        """The load as it was said to be. A stage that calls no model goes on calling none."""
        share = 1.0
        if self.calls is not None and load.calls_per_job:
            share = self.calls / load.calls_per_job
        return replace(load, stages=tuple(self._apply(s, share) for s in load.stages))

    def _apply(self, stage: StageLoad, share: float) -> StageLoad:
        if not stage.calls:
            return stage
        scaled = stage.with_calls(stage.calls * share)
        return replace(
            scaled,
            call_s=_or(self.call_s, scaled.call_s),
            retries=_or(self.retries, scaled.retries),
            input_tokens=_or(self.input_tokens, scaled.input_tokens, scaled.calls),
            output_tokens=_or(self.output_tokens, scaled.output_tokens, scaled.calls),
        )


def _or(given: float | None, otherwise: float, times: float = 1.0) -> float:
    return otherwise if given is None else given * times
