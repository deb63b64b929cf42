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
        each = {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens}
        named = {"call_s": self.call_s, "retries": self.retries} | {
            name: None if tokens is None else tokens * scaled.calls for name, tokens in each.items()
        }
        return replace(scaled, **{n: value for n, value in named.items() if value is not None})
