"""Formats a new data folder, as Kafka demands before its first start."""

import base64
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from services.cli.supervisor.child_process import die_with_parent
from services.cli.terminal.error import BrokerFailed
from services.cli.terminal.os_error import tell_os_error

FORMAT_TIMEOUT_S = 60


def is_formatted(log_dir: Path) -> bool:
    return (log_dir / "meta.properties").exists()


def new_cluster_id() -> str:
    """A random id in the form Kafka makes them: 16 bytes, URL-safe base64, no leading dash."""
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    return new_cluster_id() if text.startswith("-") else text


def format_storage(
    argv: list[str], folder: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run Kafka's StorageTool once.

    Args:
        folder: Where it works; None for ours.
        env: Its whole environment; None for ours.

    Raises:
        BrokerFailed: Java does not start, or the tool refuses; its last line is quoted.
    """
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=FORMAT_TIMEOUT_S,
            text=True,
            check=False,
            preexec_fn=die_with_parent(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = tell_os_error(error)
        raise BrokerFailed(f"cannot run Java to format Kafka's storage: {why}") from error
    if done.returncode != 0:
        last = (done.stdout.strip().splitlines() or ["(no output)"])[-1]
        raise BrokerFailed(f"cannot format Kafka's storage: {last}")
