"""Runs schemathesis, as a person would, against a gateway that listens."""

import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")
PROGRAM = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run")


def run_schemathesis(
    url: str, key: str | None, *options: str
) -> "subprocess.CompletedProcess[str]":
    """Send it what the document allows and what it does not; status 0 where all is as it says.

    Args:
        key: An API key of an admin's; None for a gateway that asks for none.
    """
    said = ["-H", f"Authorization: Bearer {key}"] if key else []
    told = (f"{url}/openapi.json", "--url", url, *said, *options)
    return subprocess.run([*PROGRAM, *told], capture_output=True, text=True, check=False)
