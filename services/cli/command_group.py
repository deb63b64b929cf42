"""Finds the commands by their files and imports one only when it is asked for."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from services.cli import command
from services.cli.terminal.error import CliError, error_line


class CommandGroup(click.Group):
    """`dead-letters` is `command` in command/dead_letters.py. A CliError ends in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name.replace("_", "-") for module in iter_modules(command.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{command.__name__}.{cmd_name.replace('-', '_')}")
        found: click.Command = module.command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CliError as error:
            click.echo(error_line(error), err=True)
            ctx.exit(error.exit_code)
