"""What a shell offers for an id or a service: asked of the running stack, briefly, in silence."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import wraps

import click
from click.shell_completion import CompletionItem

from services.cli.client.command_client import CommandClient, connect
from services.cli.client.job_id import LAST
from services.cli.client.patience import Patience
from services.cli.target.target import Target, find_target
from services.cli.terminal.text import plain

OFFERED = 50
HELP_CHARS = 60

Offer = Callable[[Target], Iterator[CompletionItem]]
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _offering(offer: Offer) -> Complete:
    """What begins as it was typed. Whatever goes wrong, a prompt is no place to say it."""

    @wraps(offer)
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            target = find_target(ctx.params.get("url"), ctx.params.get("data_dir"))
            return [item for item in offer(target) if str(item.value).startswith(incomplete)]
        except Exception:
            return []

    return complete


def _open(target: Target) -> AbstractContextManager[CommandClient]:
    return connect(target.url, patience=Patience(first_s=0, then_s=0))


@_offering
def complete_jobs(target: Target) -> Iterator[CompletionItem]:
    """`last`, and the newest jobs with their status and title."""
    yield CompletionItem(LAST, help="the newest job")
    with _open(target) as gateway:
        for job in gateway.jobs.page(limit=OFFERED).jobs:
            yield CompletionItem(str(job.job_id), help=_describe(job.status.value, job.title))


@_offering
def complete_letters(target: Target) -> Iterator[CompletionItem]:
    """Open dead letters with what failed."""
    with _open(target) as gateway:
        for letter in gateway.dead_letters.page(state="open", limit=OFFERED).dead_letters:
            yield CompletionItem(letter.id, help=_describe(letter.error_kind.value, letter.message))


@_offering
def complete_services(target: Target) -> Iterator[CompletionItem]:
    """The services of the stack."""
    for process in target.stack.processes if target.stack else ():
        yield CompletionItem(process.name)


def complete_sources(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files, by the shell's own rules."""
    return [CompletionItem(incomplete, type="file")]


def _describe(state: str, text: str) -> str:
    return plain(f"{state} {text}")[:HELP_CHARS].strip()
