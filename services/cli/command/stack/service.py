"""`brainshare service`: the unit by which systemd runs a stack."""

import sys
from getpass import getuser
from typing import Any

import click

from services.cli.command.stack.up import stack_options, type_options
from services.cli.stack.settings import StackOptions
from services.cli.stack.unit import write_unit
from services.cli.terminal.error import CliError
from services.cli.terminal.output import hint, print_json
from services.lifecycle.settings import read_settings

ENV_FILE = "brainshare.env"


@click.command("service")
@stack_options
@click.option("--system", "is_system", is_flag=True, help="Of the machine, not of the user.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def command(is_system: bool, as_json: bool, **given: Any) -> None:
    """Print a systemd unit that runs `brainshare up` with these options.

    Nothing is installed: write it to ~/.config/systemd/user/brainshare.service, or with --system
    to /etc/systemd/system/brainshare.service. docs/service.md tells the rest.
    """
    named = {name: value for name, value in given.items() if value is not None}
    data_dir = read_settings(StackOptions, **named).data_dir
    if not str(data_dir).isprintable():
        raise CliError("the name of the data folder has control characters: name another one")
    typed = type_options({**given, "data_dir": data_dir})
    argv = [sys.executable, "-m", "services.cli", "up", *typed]
    user = getuser() if is_system else None
    folder = data_dir.parent
    unit = write_unit(argv, folder, folder / ENV_FILE, user)
    if as_json:
        print_json(
            {"unit": unit, "environmentFile": str(folder / ENV_FILE), "dataDir": str(data_dir)}
        )
        return
    click.echo(unit, nl=False)
    hint("write it to a file ending in .service, then `systemctl enable --now` it: docs/service.md")
