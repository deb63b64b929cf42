"""No line of a library reaches a person's terminal: what is read there are a command's words."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.supervisor.environment import inherited_env

NOBODY = "127.0.0.1:9"
COMMANDS = (
    "topics apply",
    "audit",
    "doctor",
    "replay plan --stage column -o plan.json",
    "rebuild --dry-run",
)
CHATTY = """
import logging, warnings
from services.cli.command_group import CommandGroup
from services.telemetry.log import get_log
import click

class Chatty(CommandGroup):
    def get_command(self, ctx, name):
        def talk():
            logging.getLogger("aiokafka").error("of a library")
            logging.getLogger("asyncio").critical("of the loop")
            logging.warning("of the root")
            warnings.warn("of openpyxl")
            get_log().error("of_ours")
            click.echo("answer")
        return click.Command(name, callback=talk)

Chatty("brainshare")(["talk"])
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={
            **inherited_env(),
            "HOME": str(folder),
            "PYTHONUTF8": "1",
            "KAFKA_BOOTSTRAP_SERVERS": NOBODY,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_whatever_talks_beside_a_command_is_not_heard(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", CHATTY)
    assert (done.stdout, done.stderr) == ("answer\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_broker_that_is_not_there_is_told_by_us_alone(command: str, tmp_path: Path) -> None:
    (tmp_path / ".brainshare").mkdir()
    (tmp_path / ".brainshare" / "gateway.db").touch()
    done = run(tmp_path, "-m", "services.cli", *command.split())
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    own = ("error: ", "✗ ", "waiting for ")
    assert [line for line in lines if not line.startswith(own)] == []
    assert sum(f"no Kafka broker answers at {NOBODY}" in line for line in lines) == 1
