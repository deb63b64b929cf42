"""Finds the JSON in what a model says where no server holds it to a schema."""

import re

from pydantic_core import from_json

MAX_REPAIR_CHARS = 200_000
FENCED = re.compile(r"```(?:json)?\s*\n(.*?)(?:\n```|\Z)", re.DOTALL | re.IGNORECASE)


def find_json(text: str, *, may_repair: bool) -> str:
    """The JSON object in a text, or the text where there is none: reading it then says so.

    Args:
        may_repair: Whether small slips are mended, as models make them that no schema holds.
    """
    if text.startswith("{") and not may_repair:
        return text
    found = _cut_out(text)
    return _repair(found) if may_repair and not _is_json(found) else found


def _cut_out(text: str) -> str:
    if text.lstrip().startswith("{"):
        return text
    fenced = FENCED.search(text)
    if fenced and fenced[1].lstrip().startswith("{"):
        return fenced[1]
    begin, end = text.find("{"), text.rfind("}")
    return text[begin : end + 1] if 0 <= begin < end else text


def _is_json(text: str) -> bool:
    try:
        from_json(text)
    except ValueError:
        return False
    return True


def _repair(text: str) -> str:
    if "{" not in text or len(text) > MAX_REPAIR_CHARS:
        return text
    # Rarely needed, so it is not loaded by every process.
    from json_repair import repair_json

    return repair_json(text) or text
