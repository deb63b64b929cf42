"""What of a job is there twice, and whether a second start explains it. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.kafka.topics import TopicKind
from schemas.stage import STAGE_ORDER
from services.cli.audit.delivery import is_explained, stage_of
from services.cli.audit.job_account import JobState
from services.cli.audit.repeat import Cause, find_causes


@dataclass(frozen=True)
class Duplicate:
    """Something that should be there once.

    Attributes:
        is_explained: Whether no result is wrong: a delivery was begun again, or a record says
            that it may be a repeat. The first one is the one that counts everywhere.
    """

    text: str
    is_explained: bool


def find_duplicates(state: JobState) -> Iterator[Duplicate]:
    """What is there more than once."""
    if state.accepts > 1:
        repeats = sum(kind is TopicKind.REQUESTS for kind, _ in state.repeats)
        yield Duplicate(f"accepted {state.accepts} times", state.accepts - repeats <= 1)
    for position, stage in enumerate(STAGE_ORDER):
        answers = tuple(ranked for ranked in state.answers if stage_of(ranked) == position)
        if len(answers) > 1:
            text = f"{_count(len(answers))} suggestions of the {stage.value} stage"
            once = len(answers) - state.repeats.count((TopicKind.SUGGESTIONS, position)) <= 1
            yield Duplicate(text, once or is_explained(answers, state.starts))
    for ranked, count in Counter(state.failures).items():
        if count > 1:
            text = f"{_count(count)} dead letters of one attempt"
            place = (TopicKind.DEAD_LETTERS, stage_of(ranked))
            once = count - state.repeats.count(place) <= 1
            yield Duplicate(text, once or is_explained((ranked,) * count, state.starts))


def find_again(state: JobState) -> Counter[Cause]:
    """Why a job's calls were made again, or its answers are there again."""
    published = Counter(
        {s: state.repeats.count((TopicKind.SUGGESTIONS, s)) for s in range(len(STAGE_ORDER))}
    )
    answered = Counter(stage_of(ranked) for ranked in state.answers)
    again = Counter({s: min(published[s], count - 1) for s, count in answered.items()})
    doubled = [s for s, count in answered.items() if count - published[s] > 1]
    causes = find_causes(state.starts, state.stops, doubled)
    return causes + Counter({Cause.PUBLISHED_AGAIN: again.total()})


def _count(number: int) -> str:
    return "two" if number == 2 else str(number)
