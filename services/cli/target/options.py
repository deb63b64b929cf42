"""The options by which every command is told what to talk to, the same everywhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from services.cli.client.command_client import CommandClient, connect
from services.cli.client.patience import FIRST_ANSWER_S, Patience
from services.cli.target.choice import find_kept, find_meant, find_own
from services.cli.target.next_try import NextTries
from services.cli.target.start import wait_for_start
from services.cli.target.target import Target, find_target
from services.cli.terminal.help import name_setting
from services.cli.terminal.output import hint, say

Find = Callable[[str | None, Path | None], Target]

_URL = click.option(
    "--url",
    metavar="URL",
    help=name_setting("Address of the gateway.", "BRAINSHARE_URL", "the running stack's"),
)
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say what is talked to, and why.")

because = click.option("--reason", default="", help="Why; it stands in the log of acts.")


def with_target(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options, and pass the `target` that they name."""
    return _add(function, find_target, ".brainshare here or above, or the one that runs")


def with_meant_target(function: Callable[..., None]) -> Callable[..., None]:
    """The same, for a command that changes something: never of a stack of elsewhere unnamed."""
    return _add(function, find_meant, ".brainshare here or above")


def with_own_target(function: Callable[..., None]) -> Callable[..., None]:
    """The same, for a command that ends processes: with a stack, and never one of elsewhere."""
    return _add(function, find_own, ".brainshare here or above")


def with_kept_target(function: Callable[..., None]) -> Callable[..., None]:
    """The same, for a command that reads what a stack that ran has left in its folder."""
    return _add(function, find_kept, ".brainshare here or above, or the one that runs")


def _add(function: Callable[..., None], find: Find, default: str) -> Callable[..., None]:
    @_URL
    @click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help=name_setting("Data folder of the stack.", "BRAINSHARE_DATA_DIR", default),
    )
    @_VERBOSE
    @wraps(function)
    def run(url: str | None, data_dir: Path | None, verbose: bool, **given: Any) -> None:
        target = find(url, data_dir)
        if verbose:
            say(f"gateway {target.shown_url}: {target.why}; broker {target.shown_broker}")
        elif target.is_elsewhere:
            hint(f"none runs here: this is {target.why}")
        function(target=target, **given)

    return run


def with_gateway(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options, and pass an open client of the `gateway` that they name."""
    return with_target(_opening(function))


def with_meant_gateway(function: Callable[..., None]) -> Callable[..., None]:
    """The same, for a command that changes something: never of a stack of elsewhere unnamed."""
    return with_meant_target(_opening(function))


def _opening(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def run(target: Target, **given: Any) -> None:
        with open_gateway(target) as gateway:
            function(gateway=gateway, **given)

    return run


@contextmanager
def open_gateway(target: Target) -> Iterator[CommandClient]:
    """A client of the target's gateway, which is waited for while its stack is starting."""
    ready = wait_for_start(target)
    patience = Patience(FIRST_ANSWER_S, say=say, absence=_tell_absence(ready))
    with connect(ready.url, patience=patience) as gateway:
        gateway.time_retries = NextTries(ready).put_into
        yield gateway


def _tell_absence(target: Target) -> str | None:
    """What is known of a gateway, should it not answer."""
    if target.named_url is not None:
        return None
    if target.stack is None:
        return "no stack was found; `brainshare up` starts one, --url or --data-dir names another"
    return (
        f"it is that of the stack in {target.data_dir}, which may be stopping, or starting it"
        " again; `brainshare doctor` says more"
    )
