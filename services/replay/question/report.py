"""Compares a replay with the past for whoever looks at it: as a page shows it, or as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.kafka import KafkaSettings
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import judgements_of
from services.replay.question.compare import CompareQuestion, describe, read_answers


class ReportForm(StrEnum):
    """What a comparison is written as, for people."""

    CSV = "csv"
    HTML = "html"


@dataclass(frozen=True)
class ShownComparison:
    """A comparison as a page shows it.

    Attributes:
        told: As programs read it, with its limits.
        calls: Which differences are outside of the noise; nothing without a control.
        warnings: What makes it say less than it seems to.
        cases: The worst cases side by side, as HTML in which nothing of a cell is markup.
    """

    told: dict[str, Any]
    calls: tuple[str, ...]
    warnings: tuple[str, ...]
    cases: str


def show_comparison(
    settings: KafkaSettings, asked: CompareQuestion, jobs_at: str
) -> ShownComparison:
    """Compare, for a page.

    Args:
        jobs_at: The path below which there is a page for each job, by its id.

    Raises:
        ControlError, PastUnreadableError, ValueError: As `compare`.
    """
    found, lost = read_answers(settings, asked)
    return show(found, lost, asked, jobs_at)


def show(
    found: Comparison, lost: Sequence[UUID], asked: CompareQuestion, jobs_at: str
) -> ShownComparison:
    """What a page shows of a comparison.

    Args:
        lost: Jobs whose answer of before is not kept any more.
    """
    # Only the process that is asked writes reports; whoever asks needs the names of this.
    from services.replay.report.case import write_cases
    from services.replay.report.remark import call_lines, warnings_of

    return ShownComparison(
        told=describe(found, lost, asked),
        calls=tuple(call_lines(judgements_of(found))),
        warnings=tuple(warnings_of(found.of(None).others, len(lost))),
        cases=write_cases(found, asked.shown, jobs_at),
    )


def write_report(settings: KafkaSettings, asked: CompareQuestion, form: ReportForm) -> bytes:
    """Compare, and write that down as `brainshare replay compare` does.

    Raises:
        ControlError, PastUnreadableError: As `compare`.
    """
    found, lost = read_answers(settings, asked)
    return write(found, lost, asked.shown, form)


def write(found: Comparison, lost: Sequence[UUID], shown: int, form: ReportForm) -> bytes:
    """Write a comparison down.

    Args:
        shown: So many of the worst cases; in CSV are all.
    """
    from services.replay.report.comparison_csv import write_comparison
    from services.replay.report.page import write_page

    return write_comparison(found) if form is ReportForm.CSV else write_page(found, lost, shown)
