"""Completion in a shell: its script, and the one command that makes it known to the shell."""

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_BRAINSHARE_COMPLETE"
PROGRAM = "brainshare"
START_FILES = {"bash": ".bashrc", "zsh": ".zshrc"}
ZSH_BEGIN = "autoload -Uz compinit && (( $+functions[compdef] )) || compinit\n"


def write_script(shell: str, command: click.Command) -> str:
    """What the shell reads once, and asks the command by from then on."""
    found = get_completion_class(shell)
    assert found is not None
    script = found(command, {}, PROGRAM, VARIABLE)
    # `source()` of bash runs a bash to look at its version; the script is the same.
    text = script.source_template % script.source_vars()
    return f"{ZSH_BEGIN}{text}" if shell == "zsh" else text


def install(shell: str, script: str, home: Path, data_home: Path, config_home: Path) -> list[Path]:
    """Write the script, and name it in the shell's start file where that is needed.

    Returns:
        The files that were written.

    Raises:
        CliError: One cannot be written.
    """
    try:
        if shell == "fish":
            return [_write(config_home / "fish" / "completions" / f"{PROGRAM}.fish", script)]
        place = _write(data_home / PROGRAM / f"completion.{shell}", script)
        start = home / START_FILES[shell]
        line = f'[ -r "{place}" ] && . "{place}"  # completion of {PROGRAM}'
        known = start.read_text(encoding="utf-8") if start.exists() else ""
        if line in known.splitlines():
            return [place]
        with start.open("a", encoding="utf-8") as file:
            file.write(f"{'' if known.endswith(chr(10)) or not known else chr(10)}{line}\n")
    except OSError as error:
        raise CliError(f"{error.filename} cannot be written: {tell_os_error(error)}") from error
    return [place, start]


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
