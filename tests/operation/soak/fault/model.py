"""A provider that turns away, breaks off, hangs, talks nonsense or is gone."""

import random
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from tests.operation.load import pause
from tests.operation.soak.fault.process import suspended
from tests.operation.soak.fault.shape import REFUSED_TABLE, REFUSED_TEXT
from tests.operation.soak.plan import Kind, Lane, Plant
from tests.operation.soak.site import Site

CALL_MS = 100
REFUSED_POSTS = 12
MODEL = "demo-llm"
WELL = {"faults": {}, "latencyMs": CALL_MS, "onlyWhenText": "", "retryAfterS": 1}
TRIES, AGAIN_S = 5, 1.0


def tell_model(site: Site, **scenario: Any) -> None:
    """Tell the demo model how to behave, well by default; it may be on its way back.

    Raises:
        OSError: It does not answer.
    """
    for _ in range(TRIES - 1):
        with suppress(OSError):
            return site.demo.act(WELL | scenario)
        pause(AGAIN_S)
    return site.demo.act(WELL | scenario)


@contextmanager
def acting(site: Site, **scenario: Any) -> Iterator[None]:
    """Let the demo model act out a scenario for a while."""
    tell_model(site, **scenario)
    try:
        yield
    finally:
        tell_model(site)


def _faults(odds: Mapping[str, float], *retry_after_s: float, latency_ms: int = CALL_MS) -> Plant:
    @contextmanager
    def plant(site: Site, chance: random.Random) -> Iterator[str]:
        after_s = round(chance.uniform(*retry_after_s)) if retry_after_s else 1
        with acting(site, faults=odds, retryAfterS=after_s, latencyMs=latency_ms):
            says = f", Retry-After {after_s}" if retry_after_s else ""
            yield f"{', '.join(f'{name} {odd:g}' for name, odd in odds.items())}{says}"

    return plant


@contextmanager
def _refused_tables(site: Site, chance: random.Random) -> Iterator[str]:
    with acting(site, faults={"policy": 1.0}, onlyWhenText=REFUSED_TEXT):
        for _ in range(REFUSED_POSTS):
            site.clients.begin(REFUSED_TABLE.new_post())
        yield f"{REFUSED_POSTS} tables that the model refuses"


@contextmanager
def _killed(site: Site, chance: random.Random) -> Iterator[str]:
    site.killed[MODEL] += 1
    site.stack.kill(MODEL)
    yield "kill -9"


@contextmanager
def _stopped(site: Site, chance: random.Random) -> Iterator[str]:
    with suspended(site.stack.pid(MODEL)):
        yield signal.SIGSTOP.name


SPELL_S = (4.0, 15.0)
MODEL_LANE = Lane(
    "model",
    (8.0, 20.0),
    (
        Kind("429 with Retry-After", _faults({"429": 1.0}, 2, 12), SPELL_S),
        Kind("429 without Retry-After", _faults({"429-bare": 1.0}), SPELL_S),
        Kind("429 for some, both kinds", _faults({"429": 0.3, "429-bare": 0.3}, 1, 4), SPELL_S),
        Kind("500s", _faults({"500": 0.3, "502": 0.2, "504": 0.2}), SPELL_S),
        Kind("overloaded", _faults({"503": 0.5, "529": 1.0}), SPELL_S),
        Kind("key refused", _faults({"401": 1.0}), SPELL_S),
        Kind("no money", _faults({"402": 0.5, "quota": 1.0}), SPELL_S),
        Kind("hangs", _faults({"hang": 0.3}), SPELL_S),
        Kind("resets", _faults({"reset": 0.5}), SPELL_S),
        Kind("slow", _faults({"drip": 0.1}, latency_ms=4_000), SPELL_S),
        Kind("nonsense", _faults({"nonsense": 0.1, "half": 0.05, "html": 0.1}), SPELL_S),
        Kind("slips", _faults({"slips": 0.5}), SPELL_S),
        Kind("refused tables", _refused_tables, SPELL_S),
        Kind("model killed", _killed),
        Kind("model stands still", _stopped, SPELL_S),
    ),
)
