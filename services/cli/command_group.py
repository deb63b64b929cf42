"""Finds the commands by their files and imports one only when it is asked for."""

import sys
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError
from click.shell_completion import CompletionItem

from services.cli import command
from services.cli.entry import let_interrupt_be_raised
from services.cli.terminal.argument import note_arguments, read_arguments
from services.cli.terminal.error import CliError, Interrupted, SettingsWrong, error_line
from services.cli.terminal.fold import fold
from services.cli.terminal.help import WholeHelp, tell_usage
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import add_options, be_printable, let_go_of_output

HEAD = "Error: "
"""What click itself puts before what is wrong with the usage."""


def find_commands() -> dict[str, str]:
    """Every command with its module: a file in one of the folders of command/."""
    prefix = f"{command.__name__}."
    modules = walk_packages(command.__path__, prefix)
    names = (module.name for module in modules if not module.ispkg)
    return {name.rpartition(".")[2].replace("_", "-"): name for name in names}


class CommandGroup(WholeHelp):
    """`dead-letters` is `command` in command/dead_letters.py. A CliError ends in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(find_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = find_commands().get(cmd_name)
        if name is None:
            return None
        module = import_module(name)
        found: click.Command = module.command
        add_options(found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        found = super().resolve_command(ctx, args)
        let_interrupt_be_raised()
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names alone: to tell what each does, all would have to be imported."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [*map(CompletionItem, names), *click.Command.shell_complete(self, ctx, incomplete)]

    def main(self, *args: Any, **extra: Any) -> Any:
        be_printable()
        try:
            return super().main(*args, **extra)
        except (OSError, ExceptionGroup, SystemExit) as end:
            # An end of its line: what went wrong may have been something else than the output.
            if (why := let_go_of_output("" if isinstance(end, SystemExit) else "\n")) is None:
                raise
            told = f"standard output cannot be written: {tell_os_error(why)}"
        _tell(CliError(told))
        sys.exit(CliError.exit_code)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **more: Any,
    ) -> click.Context:
        words = read_arguments(args)
        context = super().make_context(info_name, [*words], parent, **more)
        note_arguments(context, words)
        return context

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return self._invoke(ctx)
        except CliError as error:
            _tell(error)
            ctx.exit(error.exit_code)
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            told = fold(f"{HEAD}{tell_usage(error)}", sys.stderr).removeprefix(HEAD)
            raise click.UsageError(told, error.ctx) from error
        except KeyboardInterrupt:
            _tell(Interrupted("interrupted"))
            ctx.exit(Interrupted.exit_code)

    def _invoke(self, ctx: click.Context) -> Any:
        # Slow to import: a shell that completes a name, and `--version`, need neither.
        from services.lifecycle.settings import SettingsError
        from services.telemetry.log import silence_logging

        silence_logging()
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise SettingsWrong(str(error)) from error


def _tell(error: CliError) -> None:
    if isinstance(error, Interrupted) and sys.stderr.isatty():
        click.echo(err=True)  # the terminal has written ^C
    for line in error_line(error).splitlines():
        click.echo(fold(line, sys.stderr), err=True)
