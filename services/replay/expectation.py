"""What a replay is expected to take: what the same jobs took before, at the price of now.

Where nobody knows that price, and no other model is to answer, it is what they have cost before.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from schemas.api.replay.run import ReplayStage
from schemas.job.record import Usage
from schemas.stage import StageName
from services.llm.limit.price import Price
from services.replay.past_job import PastAnswer, PastJob

PROMPT, MODEL = "prompt", "model"
BOTH, NOTHING = f"{PROMPT} and {MODEL}", "nothing"
"""What is another one than before; the names by which a plan counts its jobs."""

BASIS = (
    "what the same jobs took in these stages before, as their model counted it; where a stage has"
    " not answered, the mean of the others. Another prompt or model may take more or less. It is"
    " the most: a stage that gets the same again takes over its answer, without a call"
)


def warn(differs: Mapping[str, int]) -> str | None:
    """What makes the comparison of a plan say little; None where nothing does.

    Args:
        differs: In how many jobs what is another one than before.
    """
    both = differs.get(BOTH, 0)
    if not both:
        return None
    jobs = "1 job" if both == 1 else f"{both} jobs"
    return (
        f"prompt and model both differ in {jobs}: no difference can then be told to come from one"
        " of them; plan a replay for each"
    )


def expect(
    chosen: Sequence[PastJob],
    known: Iterable[PastJob],
    stages: Sequence[StageName],
    model: str | None,
    price: Price | None,
) -> tuple[ReplayStage, ...]:
    """What stages are expected to take over the chosen jobs.

    Args:
        known: All jobs that were read, for the mean of a stage.
        model: By which the price is looked up; None takes that of each answer.
        price: None where nobody knows it: then an answer costs what it has cost.
    """
    jobs = tuple(known)
    return tuple(_expect(chosen, jobs, stage, model, price) for stage in stages)


def expect_job_s(chosen: Iterable[PastJob], stages: Sequence[StageName]) -> float | None:
    """How long stages took over one of the chosen jobs, the median; None where none has answered.

    It is the time of their calls, in seconds, without what a record waits for a stage.
    """
    answers = [[job.answers[stage] for stage in stages if stage in job.answers] for job in chosen]
    took_s = [sum(answer.latency_s for answer in of_job) for of_job in answers if of_job]
    return median(took_s) if took_s else None


def _expect(
    chosen: Sequence[PastJob],
    known: Sequence[PastJob],
    stage: StageName,
    model: str | None,
    price: Price | None,
) -> ReplayStage:
    asked = [job for job in chosen if stage in job.stages]
    before = [job.answers[stage] for job in asked if stage in job.answers]
    others = [job.answers[stage] for job in known if stage in job.answers]
    missing = len(asked) - len(before) if others else 0

    def total(numbers: list[int], of_all: list[int]) -> int:
        return sum(numbers) + (round(missing * sum(of_all) / len(of_all)) if missing else 0)

    tokens_in = total([a.input_tokens or 0 for a in before], [a.input_tokens or 0 for a in others])
    tokens_out = total(
        [a.output_tokens or 0 for a in before], [a.output_tokens or 0 for a in others]
    )
    calls = total([a.calls for a in before], [a.calls for a in others])
    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
    named = model or _name_model(before or others)
    is_counted = len(before) + missing == len(asked)
    cost = None
    if is_counted and price:
        cost = price.cost_usd(named, usage)
    elif is_counted:
        cost = _sum_costs(before, others, missing, model)
    return ReplayStage(
        stage=stage,
        jobs=len(asked),
        measured=len(before),
        assumed=missing,
        calls=calls,
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        cost_usd=0.0 if is_counted and not calls else cost,
    )


def _sum_costs(
    before: Sequence[PastAnswer], others: Sequence[PastAnswer], missing: int, model: str | None
) -> float | None:
    """What answers have cost; None where that of one is not known, or is another model's."""
    counted = (*before, *(others if missing else ()))
    costs = [answer.cost_usd for answer in counted]
    known = [cost for cost in costs if cost is not None]
    is_another_s = any(model not in (None, a.model) for a in counted if a.model is not None)
    if is_another_s or len(known) < len(costs):
        return None
    spent, means = known[: len(before)], known[len(before) :]
    return sum(spent) + (missing * sum(means) / len(means) if means else 0.0)


def _name_model(answers: Sequence[PastAnswer]) -> str:
    return next((answer.model for answer in reversed(answers) if answer.model), "")
