"""`brainshare settings`: what is in force, and where each value comes from."""

import json
from dataclasses import asdict
from itertools import groupby

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.settings.in_force import SettingInForce, list_in_force
from services.cli.settings.inspection import find_unread, refuse_wrong_settings
from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json, safe


@click.command("settings")
@click.option("--set", "only_set", is_flag=True, help="Only what the environment sets.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def command(only_set: bool, as_json: bool) -> None:
    """Print every setting of this environment, secrets as a fingerprint. Exit status 78 if one is
    not what it may be."""
    environment = inherited_env()
    refuse_wrong_settings(environment)
    shown = [s for s in list_in_force(environment) if not only_set or s.source != "default"]
    if as_json:
        click.echo(escape_json(json.dumps([asdict(setting) for setting in shown]).encode()))
    else:
        for group, settings in groupby(shown, key=lambda setting: setting.group):
            _print(group.replace("`", ""), list(settings), open_console())
    for line in find_unread(environment):
        say(line)


def _print(group: str, settings: list[SettingInForce], console: Console) -> None:
    """A name is never cut, so that it can be copied; a long value takes several lines."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    for setting in settings:
        is_default = setting.source == "default"
        style = "dim" if is_default else "bold"
        value = "absent" if setting.value is None else setting.value or '""'
        table.add_row(setting.variable, safe(value, style), setting.source)
    console.print(Text(group, style="bold"))
    console.print(table)
