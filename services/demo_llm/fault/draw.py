"""Which faults are asked for, and the draw that picks one for a call."""

import random
from collections.abc import Mapping

from services.demo_llm.fault.fault import Fault, UnknownFaultError
from services.demo_llm.fault.table import ALIASES, FAULTS


def parse_odds(text: str) -> dict[str, float]:
    """Return the probabilities of `429:0.1,slow`; one without a number has probability 1.

    Raises:
        UnknownFaultError: A name or a number is not understood.
    """
    odds = {}
    for item in filter(None, text.split(",")):
        name, _, number = item.partition(":")
        try:
            odds[name.strip()] = float(number or 1)
        except ValueError:
            raise UnknownFaultError(f"probability of {name.strip()} is not a number") from None
    return check_odds(odds)


def check_odds(odds: Mapping[str, float]) -> dict[str, float]:
    """Return the probabilities under the names of the table.

    Raises:
        UnknownFaultError: A name is not in the table, or a probability is not from 0 to 1.
    """
    checked = {ALIASES.get(name, name): odd for name, odd in odds.items()}
    unknown = sorted(name for name in checked if name not in FAULTS)
    if unknown:
        raise UnknownFaultError(f"unknown fault {unknown[0]}: use one of {', '.join(FAULTS)}")
    if not all(0 <= odd <= 1 for odd in checked.values()):
        raise UnknownFaultError("a probability is a number from 0 to 1")
    return checked


def choose_fault(
    odds: Mapping[str, float], rng: random.Random, traits: frozenset[str] = frozenset()
) -> Fault | None:
    """Return the first fault, in the order of the table, whose draw comes out; mostly None.

    Args:
        traits: What the call has; a fault that is about something else cannot hit it.
    """
    if not odds:
        return None
    able = (f for f in FAULTS.values() if not f.trait or f.trait in traits)
    return next((f for f in able if f.name in odds and rng.random() < odds[f.name]), None)
