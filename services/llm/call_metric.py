"""Counts and times the model calls of a stage, their tokens and their cost."""

from collections.abc import Callable
from functools import partial
from time import perf_counter

from schemas.job.purpose import Purpose
from schemas.job.record import Usage
from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Ask, Question
from services.telemetry import metric
from services.telemetry.recent import Recent
from services.telemetry.trace.span import current_span
from services.telemetry.trace.traceparent import make_exemplar

OK = "ok"


def observe_calls(stage: str, ask: Ask) -> Ask:
    """The same calls, each counted by how it ended: ok, or the failure's name."""
    in_flight = metric.LLM_IN_FLIGHT.labels(stage)
    duration = metric.LLM_DURATION.labels(stage)
    recent = Recent()
    for outcome in (OK, *Failure):
        metric.LLM_REQUESTS.labels(stage, outcome, Purpose.JOB)
        metric.LLM_RECENT.labels(stage, outcome).set_function(partial(recent.count, outcome))
    metric.LLM_RECENT_DURATION.labels(stage).set_function(recent.sum_amounts)

    def note(outcome: str, purpose: Purpose, begun: float) -> None:
        metric.LLM_REQUESTS.labels(stage, outcome, purpose).inc()
        recent.note(outcome, perf_counter() - begun)

    async def observed(question: Question) -> Answer:
        begun = perf_counter()
        with in_flight.track_inprogress():
            try:
                answer = await ask(question)
            except StageError as error:
                note(error.failure.value, question.purpose, begun)
                raise
            finally:
                exemplar = make_exemplar(current_span().context)
                duration.observe(perf_counter() - begun, exemplar)
        note(OK, question.purpose, begun)
        return answer

    return observed


def observe_usage(stage: str) -> Callable[[Usage, float | None], None]:
    """Counts tokens and cost, also of answers that could not be used."""
    kinds = {
        kind: metric.LLM_TOKENS.labels(stage, kind)
        for kind in ("input", "output", "cached", "reasoning")
    }
    cost, unknown = metric.LLM_COST.labels(stage), metric.LLM_COST_UNKNOWN.labels(stage)

    def observe(usage: Usage, cost_usd: float | None) -> None:
        counted = (
            ("input", usage.input_tokens),
            ("output", usage.output_tokens),
            ("cached", usage.cached_tokens),
            ("reasoning", usage.reasoning_tokens),
        )
        for kind, tokens in counted:
            if tokens:
                kinds[kind].inc(tokens)
        if cost_usd is None:
            unknown.inc()
        elif cost_usd:
            cost.inc(cost_usd)

    return observe
