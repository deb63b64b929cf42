"""What a Prometheus has last seen of all processes, wherever they run: a sighting of them."""

import json
import math
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.cli.explanation.metrics import Metrics
from services.cli.explanation.sighting import Absence, Cause, P, Sighting
from services.cli.terminal.os_error import tell_os_error

GATEWAY, AGENT = "brainshare-gateway", "brainshare-agent"
"""What it calls the two kinds of processes, by our configurations for compose and a cluster."""
QUERY = f'{{__name__=~"{P}.+|up",job=~"{GATEWAY}|{AGENT}"}}'
ANSWER_S = 10.0
MOST_BYTES = 50_000_000
OF_PROMETHEUS = frozenset({"__name__", "job", "instance"})
DOWN = Absence(
    "no gateway answers Prometheus",
    Cause("The gateway is down", "its log says why", "TargetDown"),
)


class PrometheusError(Exception):
    """It cannot be asked, or knows nothing of us. The message says what is wrong."""


def read_prometheus(url: str) -> Sighting:
    """What one has seen at its last scrapes.

    Args:
        url: Its address, without a path.

    Raises:
        PrometheusError: None answers there, or it scrapes nothing of ours.
    """
    query = urllib.parse.urlencode({"query": QUERY})
    try:
        with urllib.request.urlopen(f"{url}/api/v1/query?{query}", timeout=ANSWER_S) as answer:
            samples = json.loads(answer.read(MOST_BYTES))["data"]["result"]
    except OSError as error:
        raise PrometheusError(f"no Prometheus answers at {url}: {tell_os_error(error)}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PrometheusError(f"what answers at {url} is no Prometheus") from error
    if not samples:
        raise PrometheusError(
            f"the Prometheus at {url} scrapes no job {GATEWAY} or {AGENT}: see deploy/prometheus"
        )
    return see(samples)


def see(samples: Iterable[Mapping[str, Any]]) -> Sighting:
    """A sighting from the samples of an instant query.

    Several gateways are one: what only the leading one knows is no number at the others.
    """
    found = defaultdict[tuple[str, str], dict[str, list[tuple[dict[str, str], float]]]](dict)
    up: dict[tuple[str, str], bool] = {}
    now = 0.0
    for sample in samples:
        labels = sample["metric"]
        process = labels.get("job", ""), labels.get("instance", "")
        now, value = max(now, float(sample["value"][0])), float(sample["value"][1])
        if labels["__name__"] == "up":
            up[process] = bool(value)
        elif not math.isnan(value):
            told = {name: text for name, text in labels.items() if name not in OF_PROMETHEUS}
            found[process].setdefault(labels["__name__"], []).append((told, value))
    gateways = [Metrics(found[at]) for at, is_up in up.items() if is_up and at[0] == GATEWAY]
    workers = {
        at[1]: Metrics(found[at]) if is_up else None
        for at, is_up in sorted(up.items())
        if at[0] == AGENT
    }
    return Sighting(_join(gateways), workers, now, DOWN, is_elsewhere=True)


def _join(gateways: Iterable[Metrics]) -> Metrics | None:
    joined: dict[str, list[tuple[dict[str, str], float]]] = {}
    is_there = False
    for gateway in gateways:
        is_there = True
        for name, samples in gateway.samples.items():
            joined.setdefault(name, []).extend(samples)
    return Metrics(joined) if is_there else None
