"""`brainshare up`: start the broker, the demo model, the gateway and the three agents."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from services.cli.settings.inspection import find_unread, refuse_wrong_settings
from services.cli.stack.detached import start_detached
from services.cli.stack.park_watch import ParkWatch
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import Stack, load_running_stack
from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.error import CliError
from services.cli.terminal.help import name_setting
from services.cli.terminal.number import Number
from services.cli.terminal.output import print_json, say
from services.gateway.settings import GatewaySettings
from services.lifecycle.settings import read_settings

PORT = Number(0, 65535)


def stack_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that starts a stack. What is not given comes as None."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


FREE = "0 takes a free one."

_OPTIONS = (
    click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help=name_setting("Folder for all data and logs.", "BRAINSHARE_DATA_DIR", ".brainshare"),
    ),
    click.option(
        "--kafka-port", type=PORT, help=name_setting(FREE, "BRAINSHARE_KAFKA_PORT", "9092")
    ),
    click.option("--gateway-port", type=PORT, help=name_setting(FREE, "GATEWAY_PORT", "8000")),
    click.option("--demo-port", type=PORT, help=name_setting(FREE, "BRAINSHARE_DEMO_PORT", "8001")),
    click.option(
        "--with-demo",
        is_flag=True,
        default=None,
        help=name_setting(
            "Start the demo model although another server is named.", "BRAINSHARE_WITH_DEMO"
        ),
    ),
    click.option(
        "--demo-latency-ms",
        type=Number(0),
        help=name_setting("Of the demo model.", "BRAINSHARE_DEMO_LATENCY_MS", "200"),
    ),
    click.option(
        "--workers",
        type=Number(1, 16),
        help=name_setting("Processes per stage.", "BRAINSHARE_WORKERS", "1"),
    ),
)


def read_options(given: dict[str, Any]) -> StackOptions:
    """The settings, with what the command line gave in place of the environment's.

    Raises:
        SettingsWrong: One of any service's may not be; better known now than after the start.
    """
    environment = inherited_env()
    refuse_wrong_settings(environment)
    for line in find_unread(environment):
        say(line)
    return read_settings(
        StackOptions, **{k: value for k, value in given.items() if value is not None}
    )


@click.command("up")
@stack_options
@click.option("--detach", is_flag=True, help="Run in the background; `brainshare down` stops it.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print for programs what is ready, and what parks."
)
def command(detach: bool, as_json: bool, **given: Any) -> None:
    """Start a whole stack, and run it until Ctrl-C.

    Its broker is its own, or the one that KAFKA_BOOTSTRAP_SERVERS names.
    """
    options = read_options(given)
    if detach:
        stack = start_detached(options.data_dir, type_options(given), say)
        say(f"ready: {_url(stack)}, process {stack.pid}; `brainshare down` stops it")
        if as_json:
            print_json(describe_stack(stack, options.data_dir))
        return
    from services.cli.stack.run import run_stack  # the broker's fetcher is slow to import

    async def announce(stack: Stack) -> None:
        _announce(stack)
        if as_json:
            print_json(describe_stack(stack, options.data_dir))
            # It ends with the stack, as the one for people does.
            await ParkWatch(partial(_find_again, options.data_dir, stack), say, print_json).run()

    raise SystemExit(run_stack(options, announce, say))


def _find_again(data_dir: Path, stack: Stack) -> Stack:
    """The stack as it is now: what was started again has other addresses."""
    try:
        return load_running_stack(data_dir) or stack
    except CliError:
        return stack  # a damaged file is no reason to end what runs


def describe_stack(stack: Stack, data_dir: Path) -> dict[str, Any]:
    """What runs, and where it answers, for programs."""
    return {
        "dataDir": str(data_dir),
        "pid": stack.pid,
        "gateway": f"http://{stack.find_address('gateway')}",
        "broker": stack.broker.bootstrap_servers,
        "model": stack.model.finding if stack.model else None,
        "services": [process.model_dump() for process in stack.processes],
    }


def type_options(given: dict[str, Any]) -> list[str]:
    """The options again, as they are typed."""
    told: list[str] = []
    for name, value in given.items():
        if value is not None:
            told += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    return told


def _url(stack: Stack) -> str:
    return f"http://{stack.find_address('gateway')}/docs"


def _announce(stack: Stack) -> None:
    say(f"kafka on {stack.broker.bootstrap_servers}")
    settings = read_settings(GatewaySettings)
    if not settings.asks_for_keys:
        why = "only this machine can connect" if settings.is_loopback else "GATEWAY_AUTH is off"
        say(f"nobody is asked for an API key: {why}")
    say(f"console: http://{stack.find_address('gateway')}/console")
    say(f"ready: {_url(stack)} (Ctrl-C stops it)")
