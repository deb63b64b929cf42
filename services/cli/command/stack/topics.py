"""`brainshare topics`: what topics must exist, and making it so."""

import asyncio
from collections.abc import Iterator

import click

from services.cli.terminal.error import TopicsUnfit
from services.kafka import BrokerUnavailableError, KafkaSettings, open_admin
from services.kafka.topic_check import TopicDiff, TopicMismatchError, compare, refuse_mismatch


@click.group("topics")
def command() -> None:
    """Look at the topics on the broker, and create or alter them."""


@command.command()
@click.option("--dry-run", is_flag=True, help="Print what differs and change nothing.")
def apply(dry_run: bool) -> None:
    """Create missing topics and set the configuration of the others. May be run again at will."""
    settings = KafkaSettings()
    try:
        diff = asyncio.run(_apply(settings, dry_run))
    except (BrokerUnavailableError, TopicMismatchError) as error:
        raise TopicsUnfit(str(error)) from error
    lines = list(describe(diff, settings.partitions, "would be" if dry_run else "is"))
    click.echo("\n".join(lines or ["topics: nothing to do"]))


def describe(diff: TopicDiff, partitions: int, verb: str) -> Iterator[str]:
    """Tell what differs, a line for each topic."""
    for spec in diff.missing:
        yield f"topic {spec.name} {verb} created with {partitions} partitions"
    for spec, names in diff.drifted:
        settings = ", ".join(f"{name}={spec.config[name]}" for name in names)
        yield f"topic {spec.name} {verb} altered: {settings}"


async def _apply(settings: KafkaSettings, dry_run: bool) -> TopicDiff:
    specs = settings.topics.all()
    async with open_admin(settings) as admin:
        found = await admin.describe([spec.name for spec in specs])
        diff = compare(specs, found, settings.partitions)
        refuse_mismatch(TopicDiff((), (), diff.repartitioned), settings.partitions)
        if diff.missing and not dry_run:
            await admin.create(diff.missing, settings.partitions)
        for spec, _ in () if dry_run else diff.drifted:
            await admin.configure(spec)
    return diff
