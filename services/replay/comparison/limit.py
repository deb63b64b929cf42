"""Limits that a comparison must keep to: `worse>2% or cost>+10%`."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from services.replay.comparison.comparison import Comparison, StageComparison
from services.replay.comparison.pair import Verdict

MEASURES = ("cost", "tokens", "latency")
COUNTS = (*(verdict.value for verdict in Verdict), "cells")
NAMES = (*COUNTS, *MEASURES)
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
TERM = re.compile(r"\s*([a-z]+)\s*(>=|<=|>|<)\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*")
OR = re.compile(r"\s+or\s+|\s*,\s*")


@dataclass(frozen=True)
class Term:
    """A limit that is passed if its name's value compares so with a number."""

    text: str
    name: str
    compares: Callable[[float, float], bool]
    number: float
    is_share: bool


def read_limits(text: str) -> tuple[Term, ...]:
    """Read limits, of which none may be passed.

    Raises:
        ValueError: A part is none; says which, and what one looks like.
    """
    return tuple(_read_term(part) for part in OR.split(text.strip()))


def _read_term(text: str) -> Term:
    found = TERM.fullmatch(text)
    if found is None or found[1] not in NAMES:
        raise ValueError(
            f"{text!r} is no limit: give one like worse>2% or cost>+10%, of {', '.join(NAMES)}"
        )
    name, sign, number, percent = found.groups()
    if name in MEASURES and not percent:
        raise ValueError(f"{text!r} is no limit: {name} is compared by its growth, in %")
    if name == "cells" and percent:
        raise ValueError(f"{text!r} is no limit: cells are a number, without %")
    return Term(text.strip(), name, COMPARISONS[sign], float(number), bool(percent))


def passed_limits(found: Comparison, limits: tuple[Term, ...]) -> list[str]:
    """Why a comparison does not pass, in words; [] where it does. What is missing never does.

    With a control a limit on answers is passed only by a difference that is called.
    """
    whole = found.of(None)
    told = []
    if missing := whole.counts[Verdict.MISSING]:
        told.append(f"{missing} of {whole.total} answers are missing")
    told += _find_gaps(found)
    for term in limits:
        value = _value(whole, term)
        if value is None:
            told.append(f"{term.text}: {term.name} is not known")
        elif term.compares(value, term.number) and _is_outside_noise(found, term):
            told.append(f"{term.text}: {term.name} is {_show(value, term)}")
    return told


def _find_gaps(found: Comparison) -> list[str]:
    """Why a control cannot tell what is noise."""
    control = found.control
    if control is None:
        return []
    if control.missing:
        return [f"{control.missing} answers of the control are missing"]
    if not control.verdicts:
        return ["no answer of the control is of the prompt and model of the other side"]
    return []


def _is_outside_noise(found: Comparison, term: Term) -> bool:
    if found.control is None or term.name in MEASURES or term.name == Verdict.MISSING:
        return True
    # How many cells differ is of those that are not the same.
    verdict = Verdict.SAME if term.name == "cells" else Verdict(term.name)
    asks_for_more = term.compares(1, 0) != (term.name == "cells")
    return any(
        said.verdict is verdict and (said.counts.difference > 0) == asks_for_more
        for said in found.called
    )


def _value(whole: StageComparison, term: Term) -> float | None:
    if term.name in MEASURES:
        change = {"cost": whole.cost, "tokens": whole.tokens, "latency": whole.latency}[
            term.name
        ].change
        return None if change is None else 100 * change
    if term.name == "cells":
        return whole.cells
    count = whole.counts[Verdict(term.name)]
    if not term.is_share:
        return count
    return 100 * count / whole.total if whole.total else 0.0


def _show(value: float, term: Term) -> str:
    if term.name in MEASURES:
        return f"{value:+.1f}%"
    return f"{value:.1f}%" if term.is_share else f"{value:g}"
