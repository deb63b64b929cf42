"""A unit of systemd that runs a stack: what is written into it, and how."""

from collections.abc import Sequence
from pathlib import Path

STOP_S = 150
"""Longer than agents drain and Kafka closes its logs."""

UNIT = """\
# Written by `brainshare service`. Settings and keys belong into the environment file, which only
# its owner should be able to read: {env_file}
[Unit]
Description=Brainshare: table, column and row suggestions as background jobs on Kafka
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
{user}WorkingDirectory={folder}
EnvironmentFile=-{env_file}
ExecStart={command}
# The supervisor stops its services itself; whatever is left of them after that is killed.
KillMode=mixed
TimeoutStopSec={stop_s}
Restart=on-failure
RestartSec=5
# Wrong usage, a folder in use, a wrong setting: starting it again would change nothing.
RestartPreventExitStatus=2 4 78
LimitNOFILE=65536
NoNewPrivileges=yes

[Install]
WantedBy={target}
"""


def write_unit(
    command: Sequence[str], folder: Path, env_file: Path, user: str | None = None
) -> str:
    """The text of a unit.

    Args:
        folder: That it works in.
        env_file: That may be there, with NAME=value lines.
        user: Whose it is in a unit of the whole machine; None for one of the user's own.
    """
    return UNIT.format(
        command=" ".join(map(_quote, command)),
        folder=_escape(str(folder)),
        env_file=_escape(str(env_file)),
        user="" if user is None else f"User={user}\n",
        stop_s=STOP_S,
        target="default.target" if user is None else "multi-user.target",
    )


def _quote(word: str) -> str:
    """A word of a command line as systemd reads it."""
    escaped = _escape(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return escaped if escaped and not set(escaped) & set(" \t'\";\\") else f'"{escaped}"'


def _escape(text: str) -> str:
    """Systemd replaces what follows a percent sign."""
    return text.replace("%", "%%")
