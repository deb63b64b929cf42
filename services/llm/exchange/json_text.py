"""Finds the JSON in what a model says, and reads it without changing a value.

A number is read as the text that stands there, with all of its digits; Infinity and NaN are no
values and read as null. What is mended is punctuation, and never what stands between it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from services.llm.exchange.json_slip import close, mend

MAX_STARTS = 200
MAX_MENDED_STARTS = 8
MAX_MENDED_CHARS = 200_000
OPENING = re.compile(r"[{\[]")
THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning|reflection)>.*?</\1>|\[THINK\].*?\[/THINK\]|◁think▷.*?◁/think▷",
    re.DOTALL | re.IGNORECASE,
)
# Some templates open the thought in the prompt, so that only its end is in the answer.
END_OF_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What is named twice: the last that holds something."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if value or not read.get(name):
            read[name] = value
    return read


_DECODER = json.JSONDecoder(
    parse_float=str,
    parse_int=str,
    parse_constant=lambda name: None,
    strict=False,
    object_pairs_hook=_without_doubles,
)


def read_json(text: str, begin: int = 0) -> tuple[Any, int]:
    """The JSON value that begins at a place, and where it ends.

    Raises:
        ValueError: There is none.
    """
    try:
        return _DECODER.raw_decode(text, begin)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def write_json(value: Any) -> str:
    """The compact JSON of a value that was read. Half a character, as \\ud83d alone, is none."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return LONE_SURROGATE.sub("\ufffd", text)


def find_values(text: str) -> Iterator[Any]:
    """The objects and lists in a text, whole ones, in their order, those of a thought left out."""
    if text.lstrip().startswith('"'):
        text = _unquote(text.strip())
    yield from _scan(_without_thought(text))


def find_mended(text: str) -> Iterator[Any]:
    """The objects that a text holds once its punctuation is mended."""
    told = _without_thought(text)
    starts = [match.start() for match in OPENING.finditer(told)][:MAX_MENDED_STARTS]
    # As above: a list is an answer where nothing holds it.
    for start in [place for place in starts if told[place] == "{" or place == starts[0]]:
        mended = mend(told[start : start + MAX_MENDED_CHARS])
        for attempt in (mended, close(mended)):
            try:
                value, _ = read_json(attempt)
            except ValueError:
                continue
            yield value
            break


def _scan(text: str) -> Iterator[Any]:
    place, starts, is_broken = 0, 0, False
    while starts < MAX_STARTS and (opening := OPENING.search(text, place)):
        place, starts = opening.start(), starts + 1
        # A list in an object that is not whole is a part of it, and no answer of its own.
        if is_broken and text[place] == "[":
            place += 1
            continue
        try:
            value, place = read_json(text, place)
        except ValueError:
            is_broken = is_broken or text[place] == "{"
            place += 1
            continue
        yield value


def _without_thought(text: str) -> str:
    told = THOUGHT.sub(" ", text)
    *_, told = END_OF_THOUGHT.split(told)
    return told if OPENING.search(told) else text


def _unquote(text: str) -> str:
    """An answer that is JSON in a JSON string, without the latter."""
    try:
        value, _ = read_json(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
