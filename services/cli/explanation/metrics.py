"""Reads what a process exports, as Prometheus would."""

import re
import urllib.request
from dataclasses import dataclass, field

ANSWER_S = 5.0
MOST_BYTES = 4_000_000
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Metrics:
    """What a process exports at one moment.

    Attributes:
        samples: By name, each with its labels; what is no number (NaN) is left out.
    """

    samples: dict[str, list[tuple[dict[str, str], float]]] = field(default_factory=dict)

    def find(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        """The samples of a name that have these labels."""
        of_name = self.samples.get(name, [])
        return [(told, value) for told, value in of_name if labels.items() <= told.items()]

    def most(self, name: str, **labels: str) -> float | None:
        """The greatest of them; None where there is none."""
        return max((value for _, value in self.find(name, **labels)), default=None)

    def total(self, name: str, **labels: str) -> float:
        """Their sum."""
        return sum(value for _, value in self.find(name, **labels))


def parse_metrics(text: str) -> Metrics:
    """Read Prometheus' text format; a line that is odd is passed over."""
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for line in text.splitlines():
        match = None if line.startswith("#") else SAMPLE.fullmatch(line)
        if match and match[3] != "NaN":
            try:
                value = float(match[3])
            except ValueError:
                continue
            samples.setdefault(match[1], []).append((dict(LABEL.findall(match[2] or "")), value))
    return Metrics(samples)


def read_metrics(address: str) -> Metrics | None:
    """What a process exports; None where it does not answer.

    Args:
        address: Its URL, without a path.
    """
    try:
        with urllib.request.urlopen(f"{address}/metrics", timeout=ANSWER_S) as answer:
            return parse_metrics(answer.read(MOST_BYTES).decode(errors="replace"))
    except OSError:
        return None
