"""The stages of a job and their order."""

from enum import StrEnum


class StageName(StrEnum):
    """A stage of a job, in the order in which the stages run."""

    TABLE = "table"
    COLUMN = "column"
    ROW = "row"

    @property
    def previous(self) -> "StageName | None":
        """The stage whose suggestions this one consumes, or None for the first."""
        position = STAGE_ORDER.index(self)
        return STAGE_ORDER[position - 1] if position else None


STAGE_ORDER: tuple[StageName, ...] = tuple(StageName)


def is_contiguous(stages: tuple[StageName, ...]) -> bool:
    """Whether the stages are a part of the order without a gap: the flow cannot skip one."""
    start = STAGE_ORDER.index(stages[0])
    return stages == STAGE_ORDER[start : start + len(stages)]
