"""Plausible values for what no pack knows: right in type, the same for the same call."""

import random
import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from services.demo_llm.answer.canonical import fit, format_number
from services.demo_llm.knowledge.column_reading import ColumnReading, Range
from services.demo_llm.knowledge.header_meaning import Meaning, MeaningList
from services.demo_llm.knowledge.wording import is_harmless

_ADDRESS_WORD = re.compile(r"[a-z0-9]+")
_BY_TYPE = {
    "integer": "count",
    "decimal": "measure",
    "boolean": "flag",
    "datetime": "day",
    "enum": "category",
}


class ValueMaker:
    """Makes values for one call. Picks go round all choices before one comes again."""

    def __init__(self, rng: random.Random, meanings: MeaningList) -> None:
        self._rng = rng
        self._meanings = meanings
        self._turns: dict[str, list[str]] = {}
        self._last_numbers: dict[str, int] = {}

    def make(self, reading: ColumnReading, label: str = "") -> str:
        """Return a value that fits the column; `label` is the primary value of its row."""
        if reading.data_type == "imageurl":
            return ""
        if reading.enum_values and reading.data_type == "enum":
            choices = [member for member in reading.enum_values if is_harmless(member)]
            return self.take_turn(reading.name, choices) if choices else ""
        if reading.usual and reading.data_type in ("text", "integer", "decimal"):
            fitted = fit(self.take_turn(reading.name, reading.usual), reading)
            if fitted:
                return fitted
        if reading.range and reading.data_type in ("integer", "decimal"):
            return self._draw_from_range(reading, reading.range)
        if reading.is_generic and reading.data_type == "text":
            return ""
        return self._make_by_meaning(reading, label)

    def take_turn(self, turn_id: str, choices: Sequence[str]) -> str:
        """Return the next of the choices, in an order shuffled once for each `turn_id`."""
        waiting = self._turns.get(turn_id)
        if not waiting:
            waiting = self._rng.sample(choices, len(choices))
            self._turns[turn_id] = waiting
        return waiting.pop()

    def _make_by_meaning(self, reading: ColumnReading, label: str) -> str:
        default = self._meanings.get(_BY_TYPE.get(reading.data_type, "words"))
        meaning = self._meanings.find(reading.name) or default
        value = fit(_MAKERS[meaning.maker](self, meaning, label), reading)
        if value is None:
            value = fit(_MAKERS[default.maker](self, default, label), reading)
        return value or ""

    def _draw_from_range(self, reading: ColumnReading, seen: Range) -> str:
        meaning = self._meanings.find(reading.name)
        if meaning and meaning.id == "id":
            number = self._last_numbers.get(reading.name, int(seen.high)) + 1
            self._last_numbers[reading.name] = number
            return str(number)
        # One number seen is no range yet.
        spread = abs(seen.low) / 2 if seen.low == seen.high else 0
        drawn = self._rng.uniform(seen.low - spread, seen.high + spread)
        return format_number(drawn, seen.decimals if reading.data_type == "decimal" else 0)

    def _pick(self, meaning: Meaning, label: str) -> str:
        return self.take_turn(meaning.id, meaning.values)

    def _draw_number(self, meaning: Meaning, label: str) -> str:
        return format_number(self._rng.uniform(meaning.low, meaning.high), meaning.decimals)

    def _draw_day(self, meaning: Meaning, label: str) -> str:
        span = (meaning.last - meaning.first).days
        return (meaning.first + timedelta(days=self._rng.randint(0, span))).isoformat()

    def _draw_flag(self, meaning: Meaning, label: str) -> str:
        return self.take_turn(meaning.id, ("true", "false", "true"))

    def _make_person(self, meaning: Meaning, label: str) -> str:
        first = self.take_turn("first name", self._meanings.first_names)
        return f"{first} {self.take_turn('last name', self._meanings.last_names)}"

    def _make_email(self, meaning: Meaning, label: str) -> str:
        words = _ADDRESS_WORD.findall(label.casefold() or self._make_person(meaning, "").casefold())
        return ".".join(words[:2] or ["contact"])[:40] + "@example.com"

    def _make_phone(self, meaning: Meaning, label: str) -> str:
        return f"202-555-{self._rng.randint(100, 199):04}"

    def _make_code(self, meaning: Meaning, label: str) -> str:
        letters = "".join(self._rng.choices("ABCDEFGHKLMNPRSTVWXZ", k=2))
        return f"{letters}-{self._rng.randint(1000, 9999)}"

    def _leave_blank(self, meaning: Meaning, label: str) -> str:
        return ""


_MAKERS: dict[str, Callable[[ValueMaker, Meaning, str], str]] = {
    "pick": ValueMaker._pick,
    "number": ValueMaker._draw_number,
    "day": ValueMaker._draw_day,
    "flag": ValueMaker._draw_flag,
    "person": ValueMaker._make_person,
    "email": ValueMaker._make_email,
    "phone": ValueMaker._make_phone,
    "code": ValueMaker._make_code,
    "blank": ValueMaker._leave_blank,
}
