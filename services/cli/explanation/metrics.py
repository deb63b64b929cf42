"""Reads what a process exports, as Prometheus would."""

import re
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.error import HTTPError

ANSWER_S = 5.0
MOST_BYTES = 4_000_000
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class KeyNeededError(Exception):
    """A gateway asks for a key, or for another one."""


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


def read_metrics(address: str, key: str = "", answer_s: float = ANSWER_S) -> Metrics | None:
    """What a process exports; None where it does not answer.

    Args:
        address: Its URL, without a path.
        key: An API key, for a gateway that asks for one.
        answer_s: How long its answer may take, in seconds.

    Raises:
        KeyNeededError: It asks for a key, or for another one.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    asked = urllib.request.Request(f"{address}/metrics", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=answer_s) as answer:
            return parse_metrics(answer.read(MOST_BYTES).decode(errors="replace"))
    except HTTPError as error:
        error.close()
        if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise KeyNeededError(f"{error.code}: {address}/metrics needs a key") from error
        return None
    except OSError:
        return None
