"""What users post, and how each of it may be answered and end."""

import json
from dataclasses import dataclass
from typing import Any

from schemas.api.status import JobState
from tests.operation.load import ACCEPTED, Post
from tests.stack import ROOT

REFUSED_TEXT = "forbidden"
COMPLETED = frozenset({JobState.COMPLETED})


@dataclass(frozen=True)
class Shape:
    """One kind of request.

    Attributes:
        answer: The status that it is answered with, unless nothing can be accepted just then.
        ends: How its job may end.
    """

    name: str
    body: bytes
    answer: int = ACCEPTED
    ends: frozenset[JobState] = COMPLETED

    @property
    def is_accepted(self) -> bool:
        """Whether it becomes a job."""
        return self.answer == ACCEPTED

    def new_post(self) -> Post:
        """One of it."""
        return Post(self.body, self.name)


def _example(name: str) -> Shape:
    return Shape(name, (ROOT / "tests" / "examples" / f"{name}.json").read_bytes())


def _table(title: str, **fields: Any) -> bytes:
    return json.dumps({"tableId": "tbl_soak", "context": {"title": title, **fields}}).encode()


def _rows(count: int, letters: int) -> dict[str, Any]:
    columns = [{"name": "Name"}, {"name": "Remark"}, {"name": "Kind"}]
    rows = [{"cells": [f"Item {number}", "x" * letters, ""]} for number in range(count)]
    return {"columns": columns, "rows": rows}


EXAMPLES = (
    "new-planets",
    "new-string-context",
    "new-only-columns",
    "extend-duplicate-headers",
    "extend-dwarf-planets",
    "hostile-cells",
)
ORDINARY = tuple(map(_example, EXAMPLES))
HUGE = Shape("a huge table", _table("Stock", **_rows(300, 3_000)))
REFUSED_TABLE = Shape(
    "a refused table",
    _table(f"The {REFUSED_TEXT} planets"),
    ends=frozenset({JobState.COMPLETED, JobState.FAILED}),
)
CANCELLED = Shape(
    "a cancelled table",
    _table("Rivers"),
    ends=frozenset({JobState.COMPLETED, JobState.CANCELLED}),
)
BAD = (
    Shape("an unknown field", _table("T")[:-1] + b', "priority": 1}', 422),
    Shape("no title", _table(""), 422),
    Shape("no JSON", b"tableId=1", 400),
    Shape("no UTF-8", b'{"tableId": "\xff"}', 400),
    Shape("30 levels deep", b'{"x": ' + b"[" * 30 + b"]" * 30 + b"}", 422),
    Shape("2 MiB", _table("T", description="x" * 2**21), 413),
)
SHAPES = {shape.name: shape for shape in (*ORDINARY, HUGE, REFUSED_TABLE, CANCELLED, *BAD)}
