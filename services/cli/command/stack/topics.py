"""`brainshare topics`: what topics must exist, and making it so."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import click

from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.target.topic_access import REACH_S, tell_absence
from services.cli.terminal.error import TopicsUnfit
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Amount
from services.cli.terminal.waiting import say_waiting
from services.kafka import BrokerUnavailableError, KafkaSettings, TopicAdmin, open_admin
from services.kafka.topic_check import TopicDiff, TopicMismatchError, compare, refuse_mismatch

COORDINATORS_S = 20.0
"""Agents wait for theirs anyway; this only saves them a complaint."""
POLL_S = 0.1


@click.group("topics", cls=WholeHelp)
def command() -> None:
    """Create the topics on the broker, and alter those that differ."""


@command.command()
@click.option(
    "--wait",
    "wait_s",
    type=Amount(0.1, 3600),
    default=REACH_S,
    show_default=True,
    help="Seconds that a broker may say nothing.",
)
@click.option("--dry-run", is_flag=True, help="Print what differs and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_target
def apply(target: Target, wait_s: float, dry_run: bool, as_json: bool) -> None:
    """Create missing topics and set the configuration of the others. May be run again at will.

    The broker is that of the stack, or the one that KAFKA_BOOTSTRAP_SERVERS names.
    """
    settings = target.kafka
    try:
        with say_waiting(f"the broker at {settings.bootstrap_servers}"):
            diff = asyncio.run(_apply(settings, wait_s, dry_run))
    except BrokerUnavailableError as error:
        raise TopicsUnfit(tell_absence(target, str(error))) from error
    except TopicMismatchError as error:
        raise TopicsUnfit(str(error)) from error
    if as_json:
        told = {"applied": not dry_run, **describe_for_programs(diff, settings.partitions)}
        click.echo(json.dumps(told))
        return
    lines = list(describe(diff, settings.partitions, "would be" if dry_run else "is"))
    click.echo("\n".join(lines or ["topics: nothing to do"]))


def describe(diff: TopicDiff, partitions: int, verb: str) -> Iterator[str]:
    """Tell what differs, a line for each topic."""
    for spec in diff.missing:
        yield f"topic {spec.name} {verb} created with {partitions} partitions"
    for spec, names in diff.drifted:
        settings = ", ".join(f"{name}={spec.config[name]}" for name in names)
        yield f"topic {spec.name} {verb} altered: {settings}"


def describe_for_programs(diff: TopicDiff, partitions: int) -> dict[str, Any]:
    """Which topics are missing, and which settings of the others differ."""
    created = [{"topic": spec.name, "partitions": partitions} for spec in diff.missing]
    altered = [
        {"topic": spec.name, "config": {name: spec.config[name] for name in names}}
        for spec, names in diff.drifted
    ]
    return {"created": created, "altered": altered}


async def _apply(settings: KafkaSettings, wait_s: float, dry_run: bool) -> TopicDiff:
    specs = settings.topics.all()
    async with open_admin(settings, wait_s) as admin:
        found = await admin.describe([spec.name for spec in specs])
        diff = compare(specs, found, settings.partitions)
        refuse_mismatch(TopicDiff((), (), diff.repartitioned), settings.partitions)
        if diff.missing and not dry_run:
            await admin.create(diff.missing, settings.partitions)
        for spec, _ in () if dry_run else diff.drifted:
            await admin.configure(spec)
        if not dry_run:
            await _wait_for_coordinators(admin, settings.topics)
    return diff


async def _wait_for_coordinators(admin: TopicAdmin, names: TopicNames) -> None:
    """A new cluster makes its groups' topic at the first question; agents would log errors."""
    groups = [group(stage) for stage in StageName for group in (names.group, names.forwarder_group)]
    deadline = time.monotonic() + COORDINATORS_S
    while groups and time.monotonic() < deadline:
        if await admin.has_coordinator(groups[-1]):
            groups.pop()
        else:
            await asyncio.sleep(POLL_S)  # noqa: TID251 - the broker's time to make it
