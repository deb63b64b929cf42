"""A filter as the tables are asked: by marks, of which the first one leads."""

from dataclasses import asdict, dataclass

from schemas.api.job_list import JobFilterRequest
from schemas.api.status import JobState
from services.gateway.api.problem import refuse_parameter
from services.gateway.database.moment import to_us
from services.gateway.database.sight import Sight
from services.gateway.listing.mark import (
    LETTERS,
    find_words,
    mark_engine,
    mark_stage,
    mark_table,
    mark_tag,
    mark_word,
)


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are meant. None means any.

    Attributes:
        marks: All of them are true; the one that fewest jobs have is first, as far as can be told.
        is_shadow: Whether shadows are meant, which no other list has.
        since_us: Accepted then or later, until_us: before; Unix microseconds.
    """

    sight: Sight
    status: JobState | None = None
    marks: tuple[str, ...] = ()
    since_us: int | None = None
    until_us: int | None = None
    has_no_letters: bool = False
    is_shadow: bool = False

    @property
    def name(self) -> str:
        """The same for the same filter, and for no other."""
        return repr(sorted(asdict(self).items()))


def read_filter(asked: JobFilterRequest, sight: Sight) -> JobFilter:
    """The filter that is asked for.

    Raises:
        ProblemError: 422; a part of it says too little.
    """
    if asked.stage is not None and asked.stage_state is None:
        raise refuse_parameter("stageState", "say which state the stage is in")
    return JobFilter(
        sight,
        asked.status,
        tuple(_find_marks(asked)),
        None if asked.since is None else to_us(asked.since),
        None if asked.until is None else to_us(asked.until),
        has_no_letters=asked.has_dead_letters is False,
        is_shadow=asked.shadow,
    )


def _find_marks(asked: JobFilterRequest) -> list[str]:
    marks = [] if asked.table_id is None else [mark_table(asked.table_id)]
    marks += map(mark_tag, asked.tags)
    if asked.has_dead_letters:
        marks.append(LETTERS)
    if asked.title is not None:
        words = sorted(find_words(asked.title), key=len, reverse=True)
        if not words:
            raise refuse_parameter("title", "holds no word")
        marks += map(mark_word, words)
    if asked.engine is not None:
        marks.append(mark_engine(asked.engine))
    if asked.stage is not None and asked.stage_state is not None:
        marks.append(mark_stage(asked.stage, asked.stage_state))
    return marks
