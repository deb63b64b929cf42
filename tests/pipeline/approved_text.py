"""What commands print on a running stack, held against approved text (`--approve` renews it)."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from tests.pipeline.command import run_brainshare

FOLDER = Path(__file__).parent / "approved"
VARYING = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "JOB"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\b(process|supervisor|is) \d+", r"\1 PID"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?", "TIME"),
    (r"\b\d{13}\b", "MS"),
    (r"\b\d+ (s|min) ago|\bnow\b", "AGE"),
    (r"\b\d+\.\d s\b", "N s"),
    (r"(?m)^waiting for .*\n", ""),
)


def take(lines: Sequence[str], data_dir: Path) -> str:
    """Run command lines one after the other on one stack."""
    return "\n".join(_take(line, data_dir) for line in lines)


def _take(line: str, data_dir: Path) -> str:
    done = run_brainshare(
        *shlex.split(line), "--data-dir", str(data_dir), env={"COLUMNS": "200", "USER": "ann"}
    )
    told = (done.stdout + done.stderr).decode().replace(str(data_dir), "DATA")
    for pattern, shown in VARYING:
        told = re.sub(pattern, shown, told)
    return f"$ brainshare {line}\n{told}[exit status {done.returncode}]\n"


def compare(name: str, taken: str, approve: bool) -> None:
    """Hold a picture against the approved one, or approve it."""
    path = FOLDER / f"{name}.txt"
    if approve:
        path.write_text(taken, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == taken, "meant? run it with --approve, and look"
