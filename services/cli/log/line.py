"""A line of a log, for a person: what happened and with what, without its quotes and braces."""

import json
from collections.abc import Collection, Mapping
from typing import Any

MOST_CHARS = 200
"""Of one value."""

KNOWN = ("at", "action", "service", "release", "level")


def parse_line(line: bytes | str) -> Mapping[str, Any] | None:
    """What one of our services says; None for a line of anything else."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def tell_fields(said: Mapping[str, Any], besides: Collection[str]) -> str:
    """What it says besides some fields, in its order."""
    return " ".join(
        f"{name}={_short(value)}" for name, value in said.items() if name not in besides
    )


def tell_line(line: str) -> str:
    """The line in words; as it is where it is none of ours."""
    said = parse_line(line)
    if said is None or not isinstance(said.get("action"), str):
        return line
    return f"{said['action']} {tell_fields(said, KNOWN)}".rstrip()


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= MOST_CHARS else f"{text[:MOST_CHARS]}…"
