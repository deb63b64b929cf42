"""How an archive looks in a terminal, and for programs."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from services.archive.backup import BackupReport
from services.archive.catalogue import Catalogue, Log
from services.archive.restore import RestoreReport
from services.archive.verification import Verification
from services.cli.terminal.text import plain


def show_size(size: int) -> str:
    """Megabytes."""
    return f"{size / 1e6:,.1f} MB"


def catalogue_table(catalogue: Catalogue) -> Table:
    """Per topic how much there is, and which offsets of each partition are covered."""
    table = Table("topic", "records", "size", "offsets of each partition", show_edge=False)
    for column in table.columns[1:3]:
        column.justify = "right"
    for topic in catalogue.topics:
        logs = catalogue.of(topic)
        size = sum(segment.size for log in logs for segment in log.segments)
        spans = "  ".join(_span(log) for log in logs)
        table.add_row(topic, f"{sum(log.records for log in logs):,}", show_size(size), spans)
    return table


def _span(log: Log) -> str:
    return f"{log.segments[0].begin}-{log.end}" if log.segments else "-"


def backup_lines(report: BackupReport) -> Iterator[str]:
    """What was added, and what is missing."""
    taken = f"{report.catalogue.taken_at:%Y-%m-%d %H:%M:%S}Z"
    yield (
        f"{report.records:,} records added, {show_size(report.size)}: the archive holds"
        f" {report.catalogue.records:,}, all that the topics had appended by {taken}"
    )
    for topic, count in report.gone.items():
        yield (
            f"{topic}: {count:,} offsets were deleted by Kafka before they were backed up; back up"
            " more often than its records are kept"
        )
    if report.unreadable:
        yield f"{report.unreadable:,} batches that nobody can read are in it by their bytes"


def describe_backup(report: BackupReport) -> dict[str, Any]:
    """The same for programs."""
    return describe_catalogue(report.catalogue) | {
        "added": report.records,
        "addedBytes": report.size,
        "gone": dict(report.gone),
        "unreadable": report.unreadable,
    }


def verification_lines(found: Verification) -> Iterator[str]:
    """What is wrong, by name."""
    yield from (plain(fault) for fault in found.faults)
    for path in found.strange:
        yield f"{plain(path)} is in no list: of a backup that was cut off, or somebody's"
    for topic in found.catalogue.topics:
        if holes := sum(log.holes for log in found.catalogue.of(topic)):
            yield f"{topic}: {holes:,} offsets were deleted by Kafka before they were backed up"
    count, files = found.catalogue.records, len(list(found.catalogue.files()))
    if not found.faults:
        yield f"{count:,} records in {files:,} files are as they were written"


def describe_verification(found: Verification) -> dict[str, Any]:
    """The same for programs."""
    return describe_catalogue(found.catalogue) | {
        "isWhole": not found.faults,
        "faults": list(found.faults),
        "strange": list(found.strange),
    }


def restore_lines(report: RestoreReport, *, is_dry: bool) -> Iterator[str]:
    """What was written, or would be, and what is not as it was."""
    count = sum(report.written.values())
    yield f"{count:,} records {'would be' if is_dry else 'are'} written"
    if report.skipped:
        yield f"{report.skipped:,} were there already"
    if report.expired:
        yield (
            f"{report.expired:,} of them are older than their topic keeps records, so Kafka"
            " deletes them in a few minutes: --keep-days keeps them"
        )
    if report.moved:
        yield (
            f"offsets are others than they were in {', '.join(report.moved)}: what was there before"
            " the archive begins, and gaps, take none"
        )


def describe_restore(report: RestoreReport, *, is_dry: bool) -> dict[str, Any]:
    """The same for programs."""
    return {
        "isDryRun": is_dry,
        "written": dict(report.written),
        "skipped": report.skipped,
        "expired": report.expired,
        "moved": list(report.moved),
    }


def describe_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """What an archive holds, log by log."""
    return {
        "clusterId": catalogue.cluster_id,
        "takenAt": catalogue.taken_at.isoformat(),
        "records": catalogue.records,
        "logs": [_describe(log) for log in catalogue.logs],
    }


def _describe(log: Log) -> dict[str, Any]:
    return {
        "topic": log.topic,
        "partition": log.partition,
        "records": log.records,
        "covered": [[segment.begin, segment.end] for segment in log.segments],
        "holes": log.holes,
    }
