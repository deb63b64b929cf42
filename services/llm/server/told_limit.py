"""Reads how many tokens a server takes, from the words by which it refuses more.

Two limits: of an answer, which is a field of the request, and of prompt and answer together, the
context. What is told is believed within bounds, and only where it would change what is asked.
"""

import re
from dataclasses import dataclass

from services.failure.error import InvalidRequestError
from services.failure.verdict import Failure
from services.llm.server.refusal import Refusal

MIN_TOKENS = 64
MAX_TOKENS = 50_000_000
NUMBER = r"(?<![\w.-])(\d{1,3}(?:,\d{3})+|\d+)(?![\w-]|\.\d)"
NUMBERS = re.compile(NUMBER)
ANSWER_WORDS = re.compile(
    r"max_?(completion_|output_|new_)?tokens|completion tokens|output tokens|maximum tokens"
    r"|max tokens",
    re.IGNORECASE,
)
BOUND_WORDS = re.compile(
    r"at most|less than|lower than|or equal|maximum|exceed|range|too (large|high|big|many)|limit"
    r"|<=|>|\bup to\b|greater than|larger than|above|between|must be",
    re.IGNORECASE,
)
CONTEXT_WORDS = re.compile(
    r"context.?(length|window|size|limit)|maximum context|(prompt|input) is too long"
    r"|too many (input )?tokens|exceeds? the (available|maximum) (context|number of tokens)"
    r"|reduce the length|prompt too long|(token|message).{0,20}must be reduced"
    r"|request too large|reduce your message size|context overflows",
    re.IGNORECASE,
)
WINDOWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"context limit: \d+ \+ \d+ > {NUMBER}",
        rf"context (?:length|size|window|limit)[^\d]{{0,25}}{NUMBER}",
        rf"{NUMBER} (?:tokens? )?maximum",
        rf"tokens allowed[^\d]{{0,5}}{NUMBER}",
        rf"limit:? {NUMBER}, requested",
        rf"max_new_tokens`? must be <= {NUMBER}",
    )
)
PROMPTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"context limit: {NUMBER} \+",
        rf"{NUMBER} (?:tokens? )?(?:in|from|of) (?:the )?(?:input|text input|prompt|messages)",
        rf"{NUMBER} input tokens",
        rf"request \({NUMBER} tokens\)",
        rf"prompt contains {NUMBER}",
        rf"resulted in {NUMBER}",
        rf"given: {NUMBER} `inputs`",
        rf"prompt is too long: {NUMBER}",
    )
)
REQUESTED = re.compile(rf"requested:?(?: about| a total of)? {NUMBER}", re.IGNORECASE)


@dataclass(frozen=True)
class ToldLimit:
    """What a server has said of its limits, in tokens.

    Attributes:
        output: The most of an answer, None where something else was refused.
        window: Of prompt and answer together, None where it does not say.
        prompt: Of the prompt that was refused, None where it does not say.
    """

    output: int | None = None
    window: int | None = None
    prompt: int | None = None


NOTHING = ToldLimit()


class TokenLimitError(InvalidRequestError):
    """Prompt or answer, or both together, are more than the server takes."""

    default_failure = Failure.CONTEXT_TOO_LONG

    def __init__(self, message: str, told: ToldLimit | None, *, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.told = told or NOTHING


def read_told_limit(refusal: Refusal) -> ToldLimit | None:
    """The limits in an error answer; None where it is about something else."""
    words = refusal.words
    window = refusal.counts.get("n_ctx") or _first(WINDOWS, words)
    if window is not None and (CONTEXT_WORDS.search(words) or refusal.counts):
        prompt = refusal.counts.get("n_prompt_tokens") or _first(PROMPTS, words)
        return ToldLimit(window=window, prompt=prompt or _find_rest(refusal))
    output = _find_most_output(refusal)
    return None if output is None else ToldLimit(output=output)


def _find_most_output(refusal: Refusal) -> int | None:
    """The most that an answer may be: of the numbers named the largest below what was asked for."""
    about = f"{refusal.field or ''} {refusal.words}"
    if refusal.asked is None or refusal.status not in (400, 413, 416, 422):
        return None
    if not (ANSWER_WORDS.search(about) and BOUND_WORDS.search(refusal.words)):
        return None
    numbers = _bounded(NUMBERS.findall(refusal.words))
    return max((number for number in numbers if number < refusal.asked), default=None)


def _find_rest(refusal: Refusal) -> int | None:
    """What is left for the prompt of all that was asked for, where only the sum is told."""
    total = REQUESTED.search(refusal.words)
    rest = int(total[1].replace(",", "")) - (refusal.asked or 0) if total else 0
    return rest if rest >= MIN_TOKENS else None


def _first(patterns: tuple[re.Pattern[str], ...], words: str) -> int | None:
    found = [match[1] for pattern in patterns if (match := pattern.search(words))]
    return next(iter(_bounded(found)), None)


def _bounded(found: list[str]) -> tuple[int, ...]:
    """The numbers that can be a number of tokens."""
    numbers = [int(text.replace(",", "")) for text in found if len(text) < 15]
    return tuple(number for number in numbers if MIN_TOKENS <= number <= MAX_TOKENS)
