"""Text files are read and written as UTF-8, whatever the locale of the machine says."""

import ast
from collections.abc import Iterator

from tests.unit.architecture.house import House

ENCODING_AT = {"read_text": 0, "write_text": 1}
"""Which of the arguments it is, where it is not named."""
MODES = frozenset("rwax+t")


def unnamed_encodings(house: House) -> Iterator[str]:
    """Each place that would take the encoding of the locale."""
    for file in house.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and _takes_the_locale_s(node):
                yield f"{file.name} names no encoding in line {node.lineno}"


def _takes_the_locale_s(call: ast.Call) -> bool:
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return False
    match call.func:
        case ast.Attribute(attr="read_text" | "write_text" as name):
            return len(call.args) <= ENCODING_AT[name]
        case ast.Name(id="open"):
            return _is_text(call.args[1:])
        case ast.Attribute(attr="open") if call.args:
            return _is_text(call.args[:1], or_else=False)
        case _:
            return False


def _is_text(mode: list[ast.expr], *, or_else: bool = True) -> bool:
    """Whether a file is opened with it as text."""
    if not mode:
        return or_else
    told = mode[0].value if isinstance(mode[0], ast.Constant) else None
    return isinstance(told, str) and bool(told) and set(told) <= MODES
