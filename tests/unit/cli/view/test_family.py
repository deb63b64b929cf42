"""A family is a tree at a terminal, and in a pipe a line each with the id that it came from."""

from io import StringIO
from uuid import UUID, uuid5

import pytest
from rich.console import Console

from schemas.api.job.family import JobFamily, Relative
from schemas.api.status import JobState
from schemas.stage import StageName
from services.cli.view.family import print_family
from tests.factory import JOB_ID, NOW


def named(number: int) -> UUID:
    return uuid5(JOB_ID, str(number))


def relative(number: int, source: UUID | None, *, is_shadow: bool = False) -> Relative:
    return Relative(
        job_id=JOB_ID if source is None else named(number),
        source_job_id=source,
        status=JobState.COMPLETED,
        stages=tuple(StageName) if source is None else (StageName.ROW,),
        accepted_at=NOW,
        completed_at=NOW,
        is_shadow=is_shadow,
        result_version=1,
    )


FAMILY = JobFamily(
    job_id=named(2),
    jobs=(
        relative(0, None),
        relative(1, JOB_ID),
        relative(2, named(1)),
        relative(3, JOB_ID, is_shadow=True),
    ),
    is_whole=True,
)


def test_at_a_terminal_each_is_under_the_one_that_it_came_from() -> None:
    console = Console(file=StringIO(), width=80, force_terminal=True, color_system=None)
    print_family(FAMILY, console, NOW)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    ids = [str(job.job_id)[:8] for job in FAMILY.jobs]
    begins = [f"{ids[0]} ", f"├─ {ids[1]} ", f"│  └─ {ids[2]} *", f"└─ {ids[3]} "]
    assert all(line.startswith(begin) for line, begin in zip(lines[1:], begins, strict=True))
    assert [kind in line for kind, line in zip(KINDS, lines[1:], strict=True)] == [True] * 4


KINDS = ("job", "rerun", "rerun", "replay")


def test_in_a_pipe_the_ids_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    print_family(FAMILY, Console(file=StringIO(), width=80), NOW)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (str(job.job_id), str(job.source_job_id or "-"), kind)
        for job, kind in zip(FAMILY.jobs, KINDS, strict=True)
    ]
