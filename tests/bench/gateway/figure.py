"""One row of the table: what was measured, and what was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        value: In the unit, for programs.
        asked: In words; "" where nothing was.
    """

    name: str
    value: float
    unit: str
    asked: str = ""

    @property
    def shown(self) -> str:
        """For people."""
        return f"{self.value:,.4g} {self.unit}".strip()


def percentile(values: list[float], percent: float) -> float:
    """The value within which so many stay."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
