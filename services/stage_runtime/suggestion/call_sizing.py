"""How much is asked for at once: as much as the answers show that the model can do."""

from dataclasses import dataclass, field, replace

from services.stage_runtime.suggestion.draft import CallSize

PIECE_ROWS = 5
"""What a small model can do at once, where it cannot do all; of columns it is one."""
GOOD_PIECES = 2


@dataclass(frozen=True)
class CallSizing:
    """Pieces that become smaller after an answer of no use, and larger after good ones.

    Attributes:
        whole: The most at once that context and answer have room for.
        piece: So many times the smallest piece are asked for at once; None is the whole.
        ceiling: The largest piece that is tried, because a larger one has failed; None is none.
        good: Answers of use of this size, since the last that was of none.
        has_lapsed: Whether the last answer was of no use, though one of its size had been before.
    """

    whole: CallSize = field(default_factory=CallSize)
    piece: int | None = None
    ceiling: int | None = None
    good: int = 0
    has_lapsed: bool = False

    @property
    def size(self) -> CallSize:
        """How much the next call may hold."""
        if self.piece is None:
            return self.whole
        items, columns = self.piece * PIECE_ROWS, self.piece
        return replace(
            self.whole,
            items=min(self.whole.items, items),
            columns=min(self.whole.columns, columns),
        )

    def after_use(self, *, is_most: bool) -> "CallSizing":
        """After an answer of use: twice as much, where most of what was asked for came twice."""
        good = replace(self, good=self.good + is_most, has_lapsed=False)
        if self.piece is None or self.piece == self.ceiling or good.good < GOOD_PIECES:
            return good
        larger = replace(good, piece=self.piece * 2, good=0)
        return replace(larger, piece=None) if larger.size == self.whole else larger

    def after_nothing(self) -> "CallSizing":
        """After an answer of no use: the same again where that has been done before, else less."""
        if self.good and not self.has_lapsed:
            return replace(self, good=0, has_lapsed=True)
        if self.piece is None or self.piece == 1:
            return replace(self, piece=1, good=0, has_lapsed=False)
        smaller = self.piece // 2
        return replace(self, piece=smaller, ceiling=smaller, good=0, has_lapsed=False)

    def with_whole(self, whole: CallSize) -> "CallSizing":
        """The same, with another bound."""
        return replace(self, whole=whole)
