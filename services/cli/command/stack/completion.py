"""`brainshare completion`: what a shell needs to complete commands, options and ids."""

from pathlib import Path

import click

from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.error import CliError
from services.cli.terminal.output import say
from services.cli.terminal.shell import SHELLS, install, write_script


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS), required=False, metavar="[SHELL]")
@click.option("--install", "is_installed", is_flag=True, help="Make it known to the shell.")
@click.pass_context
def command(context: click.Context, shell: str | None, is_installed: bool) -> None:
    """Print the script by which SHELL (bash, zsh, fish) completes commands, options and ids.

    Without SHELL it is that of the environment. With --install it is written to where the shell
    finds it when it starts; the files are named.
    """
    environment = inherited_env()
    shell = shell or Path(environment.get("SHELL", "")).name
    if shell not in SHELLS:
        raise CliError(f"{shell or 'no shell'} is none of {', '.join(SHELLS)}: name one of them")
    script = write_script(shell, context.find_root().command)
    if not is_installed:
        click.echo(script)
        return
    home = Path(environment.get("HOME") or Path.home())
    data_home = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
    config_home = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    for path in install(shell, script, home, data_home, config_home):
        say(f"{path} is written")
    say(f"a new {shell} completes `brainshare`")
