"""The file that a service's output goes to."""

from pathlib import Path

ROTATE_BYTES = 10_000_000
_TAIL_BYTES = 8192


def rotate_log(path: Path) -> None:
    """Move a log that has grown large aside, over the one moved before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > ROTATE_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))


def read_last_line(path: Path) -> str:
    """The last line that is not blank, or (no output)."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").split("\n")
    except FileNotFoundError:
        lines = []
    return next((line.strip() for line in reversed(lines) if line.strip()), "(no output)")
