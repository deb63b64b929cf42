"""The modes in which a model can be asked for JSON."""

from enum import StrEnum
from itertools import pairwise


class OutputMode(StrEnum):
    """The modes, the best first; `LLM_JSON_LEVEL` and the metric call one a level."""

    STRICT = "json-schema-strict"
    SCHEMA = "json-schema"
    FUNCTION = "function"
    OBJECT = "json-object"
    TEXT = "text"

    @property
    def is_enforced(self) -> bool:
        """Whether the server has the schema to hold the model to."""
        return self in (OutputMode.STRICT, OutputMode.SCHEMA, OutputMode.FUNCTION)

    @property
    def next(self) -> "OutputMode | None":
        """The mode below, None at the last."""
        steps = list(OutputMode)
        return dict(pairwise(steps)).get(self)
