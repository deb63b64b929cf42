"""How fast time passes for the rules: as it does in earnest, or so many times faster in a drill.

A rule writes each of its durations as `$10m` where Prometheus wants one, `$10m.s` where it is a
number of seconds, `$90s.look` where it is how long a look or a wait for a lock may take, and
`$5m.le` where it is an edge of the histogram of jobs' times. So one factor shortens them all, and
nothing else: what is counted, and what a share is compared with, stays.
"""

import re
from dataclasses import dataclass

from services.telemetry.metric.bucket import JOB_BUCKETS_S

SPAN = re.compile(r"(\d+)([smhd])")
WRITTEN = re.compile(r"\$(\d+[smhd])(\.s|\.look|\.le)?\b")
LEAST_LOOK_S = 10.0
"""A busy machine's look takes its time, whatever the factor; a wait for SQLite's lock up to 5 s."""
UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_span(text: str) -> int:
    """The seconds of a duration such as 15m.

    Raises:
        ValueError: It is none.
    """
    match = SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no duration: write 15s, 10m, 6h or 30d")
    return int(match[1]) * UNITS_S[match[2]]


@dataclass(frozen=True)
class Pace:
    """By which factor all durations are divided; 1 is in earnest."""

    factor: float = 1.0

    def seconds(self, text: str) -> float:
        """A duration in seconds."""
        return read_span(text) / self.factor

    def span(self, text: str) -> str:
        """A duration as Prometheus takes it: at least a millisecond."""
        if self.factor == 1:
            return text
        return f"{max(1, round(self.seconds(text) * 1000))}ms"

    def edge(self, text: str) -> str:
        """The edge of the histogram of jobs' times that is nearest to a duration."""
        wanted_s = self.seconds(text)
        return str(float(min(JOB_BUCKETS_S, key=lambda edge: abs(edge - wanted_s))))

    def fill_in(self, expression: str) -> str:
        """An expression with its durations."""

        def write(match: re.Match[str]) -> str:
            text, form = match.groups()
            if form == ".s":
                return f"{self.seconds(text):.10g}"
            if form == ".look":
                return f"{max(self.seconds(text), LEAST_LOOK_S):.10g}"
            return self.edge(text) if form == ".le" else self.span(text)

        return WRITTEN.sub(write, expression)


IN_EARNEST = Pace()
