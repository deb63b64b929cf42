"""What a drill asks for, and what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A row of the table that `make operation` ends with."""

    drill: str
    asked: str
    measured: str
