"""How many tokens a call takes, before it is made: by bytes, corrected by what servers report."""

from math import ceil

from services.llm.exchange.question import Question

BYTES_PER_TOKEN = 3
WEIGHT_OF_LAST = 0.2
CUT_SHARE = 0.6
UNSURE_CUT_SHARE = 0.35
MIN_SAMPLES = 5
MIN_CUT_TOKENS = 200
"""Below it a server's own additions to the prompt, or none, make up too much of it."""


class TokenEstimate:
    """Of one model.

    Attributes:
        ratio: Reported over counted by bytes, a moving average.
        output_tokens: Of an answer, a moving average; None before the first.
    """

    def __init__(self) -> None:
        self.ratio = 1.0
        self.output_tokens: float | None = None
        self._samples = 0

    @property
    def is_sure(self) -> bool:
        """Whether a server has counted a prompt yet."""
        return self._samples > 0

    def of(self, counted: int) -> int:
        """Tokens of a prompt that `count_tokens` has counted."""
        return ceil(counted * self.ratio)

    def is_cut(self, counted: int, reported: int | None) -> bool:
        """Whether the server must have left out a part of the prompt, in silence."""
        if reported is None or counted < MIN_CUT_TOKENS:
            return False
        is_sure = self._samples >= MIN_SAMPLES
        return reported < self.of(counted) * (CUT_SHARE if is_sure else UNSURE_CUT_SHARE)

    def learn(self, counted: int, reported: int | None, output: int | None) -> None:
        """Take in what a server has counted itself, of the prompt and of its answer."""
        if reported and counted:
            seen = min(max(reported / counted, 0.2), 5.0)
            self.ratio += (seen - self.ratio) * max(WEIGHT_OF_LAST, 1 / (self._samples + 1))
            self._samples += 1
        if output:
            before = output if self.output_tokens is None else self.output_tokens
            self.output_tokens = before + (output - before) * WEIGHT_OF_LAST


def count_tokens(question: Question) -> int:
    """Tokens of the prompt by its bytes, without the schema, which some servers do not count."""
    size = sum(len(message["content"].encode()) for message in question.messages)
    return ceil(size / BYTES_PER_TOKEN)
