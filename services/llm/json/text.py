"""Finds the JSON in what a model says, and reads it without changing a value.

A number is read as the text that stands there, with all of its digits; Infinity and NaN are no
values and read as null. What is mended is punctuation, and never what stands between it.
"""

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from services.llm.json.slip import close, list_open, mend

MAX_STARTS = 200
MAX_MENDED_STARTS = 8
MAX_MENDED_CHARS = 200_000
MAX_ITEMS = 2000
OPENING = re.compile(r"[{\[]")
THOUGHT = re.compile(r"<(think|thinking|thought|reasoning|reflection)>|\[THINK\]|◁think▷", re.I)
# Some templates open the thought in the prompt, so that only its end is in the answer.
END_OF_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
FIRST_NAME = r"[\[\s]*\{\s*%s\w[\w ]*%s\s*:"
ESCAPED, DOUBLED, OF_HTML = (re.compile(FIRST_NAME % (q, q)) for q in (r'\\"', '""', "&quot;"))
"""How an object begins whose quotes were escaped once more."""
MAX_TAGS = 16
MAX_QUOTED = 4
BETWEEN_ITEMS = re.compile(r"[\s,;`]*(?:(?:[-*•]|\d{1,4}[.):])\s+|```\w*\s+)?`*")
"""What stands between the lines of a list: white space, commas, bullets, numbers, fences."""
BARE = re.compile(r"\s*(?:```\w*\s*)?[{\[].*[}\]]\s*(?:```\s*)?", re.DOTALL)


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
    yield from _scan(_without_thought(_unescape(text)))


def find_mended(text: str) -> Iterator[Any]:
    """The objects that a text holds once its punctuation is mended."""
    told = _without_thought(_unescape(text))
    starts = [match.start() for match in OPENING.finditer(told)][:MAX_MENDED_STARTS]
    # As below: a list is an answer where nothing holds it.
    left = 2 * MAX_MENDED_CHARS
    for start in [place for place in starts if told[place] == "{" or place == starts[0]]:
        piece = told[start : start + min(MAX_MENDED_CHARS, left)]
        left -= len(piece)
        mended = mend(piece)
        for attempt in (mended, close(mended)):
            try:
                value, _ = read_json(attempt)
            except ValueError:
                continue
            yield value
            break


def find_runs(text: str) -> list[list[Any]]:
    """The runs of values in a text, of which each stands on the line after the one before.

    What follows a value that is not whole is left out: it may be a part of that.
    """
    told = _without_thought(_unescape(text))
    opening = OPENING.search(told)
    told = told[opening.start() :] if opening else ""
    if _read_first(told) is None:
        told = mend(told[:MAX_MENDED_CHARS])
    runs: list[list[Any]] = []
    end, count = 0, 0
    while (opening := OPENING.search(told, end)) and count < MAX_ITEMS:
        begin, count = opening.start(), count + 1
        between = BETWEEN_ITEMS.match(told, end) if runs else None
        try:
            value, end = read_json(told, begin)
        except ValueError:
            break
        if between is not None and between.end() == begin:
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs


def is_bare(text: str) -> bool:
    """Whether a text is JSON and nothing else but for a fence around it."""
    return BARE.fullmatch(_without_thought(_unescape(text))) is not None


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


def _read_first(text: str) -> Any:
    """The value that a text begins with; None where it begins with something else."""
    opening = OPENING.search(text)
    if opening is None or text[: opening.start()].strip():
        return None
    try:
        return read_json(text, opening.start())[0]
    except ValueError:
        return None


def _cut_thoughts(text: str) -> str:
    """The text without what the model has thought, where that has an end."""
    place = 0
    kept: list[str] = []
    for opening in islice(THOUGHT.finditer(text), MAX_TAGS):
        # <think> ends with </think>, [THINK] with [/THINK].
        end = f"{opening[0][0]}/{opening[0][1:]}"
        said = text[place : opening.start()]
        if opening.start() < place or list_open(said):
            # It stands in a thought, or in a value.
            continue
        close = re.compile(re.escape(end), re.I).search(text, opening.end())
        if close is not None:
            kept.append(said)
            place = close.end()
    return " ".join([*kept, text[place:]])


def _without_thought(text: str) -> str:
    told = _cut_thoughts(text)
    for end in reversed(list(END_OF_THOUGHT.finditer(told))[-MAX_TAGS:]):
        if not list_open(told[: end.start()]):
            told = told[end.end() :]
            break
    return told if OPENING.search(told) else text


def _unescape(text: str) -> str:
    """An answer without what was done to its quotes: as JSON in JSON has them, HTML or CSV."""
    for _ in range(MAX_QUOTED):
        if text.lstrip().startswith('"'):
            text = _unquote(text.strip(), text)
    opening = OPENING.search(text)
    begin = opening.start() if opening else len(text)
    if DOUBLED.match(text, begin):
        return text.replace('""', '"')
    if OF_HTML.match(text, begin):
        return html.unescape(text)
    if ESCAPED.match(text, begin):
        return _unquote(f'"{text[begin : text.rfind("}") + 1]}"', text)
    return text


def _unquote(quoted: str, text: str) -> str:
    try:
        value, _ = read_json(quoted)
    except ValueError:
        return text
    return value if isinstance(value, str) and OPENING.search(value) else text
