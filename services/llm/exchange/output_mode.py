"""The steps of the ladder by which a model is asked for JSON."""

from enum import StrEnum
from itertools import pairwise


class Level(StrEnum):
    """The steps, the best first."""

    STRICT = "json-schema-strict"
    SCHEMA = "json-schema"
    FUNCTION = "function"
    OBJECT = "json-object"
    TEXT = "text"

    @property
    def is_enforced(self) -> bool:
        """Whether the server has the schema to hold the model to."""
        return self in (Level.STRICT, Level.SCHEMA, Level.FUNCTION)

    @property
    def next(self) -> "Level | None":
        """The step below, None at the last."""
        steps = list(Level)
        return dict(pairwise(steps)).get(self)
