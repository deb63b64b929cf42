"""Lets a gateway plan a replay, and keep the plan: then no manifest lies anywhere."""

import sys
from collections.abc import Collection
from typing import Any
from uuid import UUID

import click

from schemas.job.prompt import CarriedPrompt
from services.cli.replay.gateway.list_view import replay_lines
from services.cli.target.options import open_gateway
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.fold import fold
from services.cli.terminal.output import hint
from services.cli.terminal.text import escape_json

OF_MANIFEST = {
    "output": "-o names a manifest, and the gateway keeps its plan",
    "rate": "--rate is said to `brainshare replay start`",
}
"""Options that say nothing to a gateway, and why."""


def refuse_of_manifest() -> None:
    """Refuse what the running command was told that only a manifest has.

    Raises:
        click.UsageError: It was told so.
    """
    told = click.get_current_context()
    for name, why in OF_MANIFEST.items():
        if told.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{why}: leave it out beside --on-gateway")


def plan_on_gateway(
    target: Target,
    stage: str,
    wanted: dict[str, Any],
    listed: Collection[UUID] | None,
    prompt: CarriedPrompt | str | None,
    model: str | None,
    *,
    live: bool,
    ask_all: bool,
    as_json: bool,
) -> None:
    """Plan it there, and show it.

    Args:
        wanted: Which jobs, by the names of a selection.
        prompt: Its text, or a version; None for the one that the gateway's release has.

    Raises:
        CliError: The gateway refuses it, or it is of no job.
    """
    text, version = (prompt.text, None) if isinstance(prompt, CarriedPrompt) else (None, prompt)
    with open_gateway(target) as gateway:
        planned = gateway.replays.plan(
            stage,
            since=wanted["from_at"],
            until=wanted["to_at"],
            statuses=wanted["statuses"],
            tags=wanted["tags"],
            table_id=wanted["table_id"],
            tenant=wanted["tenant"],
            sample=wanted["sample"],
            limit=wanted["limit"],
            job_ids=None if listed is None else sorted(listed),
            prompt_version=version,
            prompt=text,
            model=model,
            live=live,
            ask_all=ask_all,
        )
    if as_json:
        click.echo(escape_json(planned.to_json()))
    else:
        for line in replay_lines(planned):
            click.echo(fold(line, sys.stdout, indent=4))
    if not planned.total:
        raise CliError("no job is left to run again: nothing is meant, or all is left out")
    hint(f"run it with `brainshare replay start {planned.id}`")
