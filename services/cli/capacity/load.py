"""What is to be planned for: so many jobs a minute, and what one of them is to each stage."""

from dataclasses import dataclass, replace

from schemas.stage import StageName

FAILED_SHARE = 0.01
"""Of the jobs, as dead letters: what the month's budget of errors allows (docs/runbook.md)."""

ASSUMED_CALL_S = 5.0
"""Until somebody measures it: the model decides, from under one second to minutes."""

ASSUMED_RETRIES = 0.05
"""Until somebody measures it: one record in twenty is tried once more."""


@dataclass(frozen=True)
class StageLoad:
    """What a record is to a stage.

    Attributes:
        calls: Model calls of a delivery, those that ask again among them.
        call_s: How long a call takes, the mean, in seconds.
        input_tokens: Of all calls of a delivery.
        output_tokens: Of all calls of a delivery.
        record_bytes: Of what the stage publishes, without what it says of its calls.
        retries: Deliveries beyond the first one, per record.
        cost_usd: Of a delivery in US dollars; None where the price is not known.
    """

    stage: StageName
    calls: float
    call_s: float
    input_tokens: float
    output_tokens: float
    record_bytes: int
    retries: float
    cost_usd: float | None = None

    @property
    def deliveries(self) -> float:
        """Of a record, the first one among them."""
        return 1 + self.retries

    def with_calls(self, calls: float) -> "StageLoad":
        """The same with more calls or fewer, each of as many tokens."""
        share = calls / self.calls if self.calls else 0.0
        tokens_in, tokens_out = self.input_tokens * share, self.output_tokens * share
        return replace(self, calls=calls, input_tokens=tokens_in, output_tokens=tokens_out)


@dataclass(frozen=True)
class Load:
    """What is to be carried.

    Attributes:
        jobs_per_min: The most that come in a minute, not the mean of a day.
        stages: Those that a job asks for, in their order.
        request_bytes: Of the record that a post becomes.
        failed: Share of the jobs that end as dead letters.
    """

    jobs_per_min: float
    stages: tuple[StageLoad, ...]
    request_bytes: int
    failed: float = FAILED_SHARE

    @property
    def jobs_per_s(self) -> float:
        """Jobs a second."""
        return self.jobs_per_min / 60

    @property
    def calls_per_job(self) -> float:
        """Of all stages, without retries."""
        return sum(stage.calls for stage in self.stages)

    @property
    def came_as(self) -> tuple[int, ...]:
        """Bytes of what each stage consumes: the request, then what the stage before published."""
        return (self.request_bytes, *(stage.record_bytes for stage in self.stages[:-1]))
