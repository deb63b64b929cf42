"""What is true of a job, as words by which it is found. Pure functions of the fold."""

import re
import unicodedata

from schemas.api.status import StageState
from schemas.job.record import Engine
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.status.fold import JobFold
from services.gateway.status.state import JobDescription, describe

MAX_MARK = 300
MAX_WORDS = 40
MAX_WORD = 64

LETTERS = "letters"
SOURCE = "source:"

NO_SPACES = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts that write no space between words: there each sign is one."""

WORD = re.compile(rf"[{NO_SPACES}]|[^\W{NO_SPACES}]+")


def marks_of(fold: JobFold) -> frozenset[str]:
    """All that a job can be found by, but its status and its time."""
    described, subject = describe(fold), fold.subject
    marks = {mark_stage(stage, described.of(stage).state) for stage in STAGE_ORDER}
    marks |= {mark_engine(Engine(cell.engine)) for cell in fold.cells if cell.engine}
    if has_dead_letters(described):
        marks.add(LETTERS)
    if subject is not None:
        marks.add(mark_table(subject.table_id))
        marks.update(map(mark_tag, subject.tags))
        if subject.replay is not None:
            marks.add(mark_source(str(subject.replay.source_job_id)))
        marks.update(map(mark_word, find_words(subject.title)))
    return frozenset(marks)


def mark_stage(stage: StageName, state: StageState) -> str:
    """That a stage is in a state."""
    return f"stage:{stage}:{state}"


def mark_engine(engine: Engine) -> str:
    """That an engine has answered."""
    return f"engine:{engine}"


def mark_table(table_id: str) -> str:
    """That it is about a table of the app's."""
    return f"table:{table_id}"[:MAX_MARK]


def mark_tag(tag: str) -> str:
    """That it has a tag. One in a record that is none of ours may be of any length."""
    return f"tag:{tag}"[:MAX_MARK]


def mark_source(job_id: str) -> str:
    """That it is a rerun or a replay of a job."""
    return f"{SOURCE}{job_id}"


def mark_word(word: str) -> str:
    """That its title has a word."""
    return f"word:{word}"


def find_words(text: str) -> tuple[str, ...]:
    """The words of a text, each once, without case and accents; the first so many."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = dict.fromkeys(word[:MAX_WORD] for word in WORD.findall(bare))
    return tuple(words)[:MAX_WORDS]


def has_dead_letters(job: JobDescription) -> bool:
    """Whether a stage has given up on it: the last attempt before a redrive, or of all, failed.

    A failure is told by what it left in its cell. Its term is no sign, since a cancel covers it.
    """
    for stage in STAGE_ORDER:
        last = {cell.redrive: cell for cell in job.fold.cells_of(stage)}
        if any(c.failure is not None and c.failure.parked == 0 for c in last.values()):
            return True
    return False
