"""Reads how many tokens a server takes, from the words by which it refuses more.

Two limits: of an answer, which is a field of the request, and of prompt and answer together, the
context. What is told is believed within bounds, and only where it would change what is asked.
"""

import re
from dataclasses import dataclass

from services.failure.error import InvalidRequestError
from services.failure.verdict import Failure
from services.llm.refusal.refusal import Refusal

MIN_TOKENS = 64
MAX_TOKENS = 50_000_000
ANSWER_STATUS = frozenset({400, 413, 416, 422, 500})
NUMBER = r"(?<![A-Za-z0-9_-])(?<!\d\.)(\d{1,3}(?:[.,]\d{3})+|\d+k?)(?![A-Za-z0-9_-]|[.,]\d)"
NUMBERS = re.compile(NUMBER, re.IGNORECASE)
EXCLUSIVE = re.compile(
    rf"{NUMBER} ?\(exclusive\)|[\[(] ?\d+ ?[,，] ?{NUMBER} ?\)"
    rf"|must be (?:less|lower|smaller) than {NUMBER}",
    re.IGNORECASE,
)
"""Numbers that are themselves too large."""
ANSWER_WORDS = re.compile(
    r"max[_ ]?(completion|output|new|gen(erated)?)?[_ ]?(tokens|len\b)|completion tokens"
    r"|output tokens|maximum tokens|tokens_to_generate|n(um)?_predict",
    re.IGNORECASE,
)
BOUND_WORDS = re.compile(
    r"at most|less than|lower than|or equal|maximum|exceed|range|too (large|high|big|many)|limit"
    r"|<=|>|\bup to\b|greater than|larger than|above|between|(must|should) be"
    r"|范围|超过|超出|最大|取值|不能大于|上限|过大|过长|以下|以内|höchstens|maximal|inférieur"
    r"|dépasse|máximo|inferior",
    re.IGNORECASE,
)
TOO_LARGE_WORDS = re.compile(
    r"too (large|high|big|long|many)|exceed|above|(greater|larger|more) than|at most|maximum"
    r"|\brange\b|less than|超过|超出|过大|过长|范围|不能大于|上限",
    re.IGNORECASE,
)
PROMPT_WORDS = re.compile(
    r"(prompt|input|messages?|string)s?`? ((is|are) )?(too long|length|must have)"
    r"|(reduce|shorten|truncate|shorter) [^.]{0,30}(messages?|prompt|input)|too many input tokens"
    r"|input (token|string)",
    re.IGNORECASE,
)
"""That it is the prompt which is too long: a smaller answer would not help."""
CONTEXT_WORDS = re.compile(
    r"context.?(length|window|size|limit)|maximum context|(prompt|input) is too long"
    r"|too many (input )?tokens|exceeds? the (available|maximum) (context|number of tokens)"
    r"|reduce the length|prompt too long|(token|message).{0,20}must be reduced"
    r"|request too large|reduce your message size|context overflows"
    r"|range of input length|body too large|exceed(ed|s)? (the )?model.{0,12} token limit"
    r"|inputs?`? (tokens|length).{0,30}(\+|plus)|must have less than \d+ tokens|max_seq_len"
    r"|longer than the (maximum )?model length|(maximum|max) (allowed|input) length"
    r"|max length exceeded|sum of prompt length|total tokens? (limit|\d+ exceed)|max_total_tokens"
    r"|上下文长度|输入(内容)?过长",
    re.IGNORECASE,
)
WINDOWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"context limit: \d+ \+ \d+ > {NUMBER}",
        rf"(?:exceeded|overflow): \d+ > {NUMBER}",
        rf"context (?:length|size|window|limit)[^\d]{{0,25}}{NUMBER}",
        rf"(?:model|allowed) length(?: of)? \(?{NUMBER}",
        rf"{NUMBER} (?:tokens? )?maximum",
        rf"tokens allowed[^\d]{{0,5}}{NUMBER}",
        rf"limit:? {NUMBER}, requested",
        rf"max_new_tokens`?(?: \(\d+\))? must be <= {NUMBER}",
        rf"max size:? {NUMBER} tokens",
        rf"(?:token limit|max length) ?:? ?{NUMBER}",
        rf"max_seq_len \(?{NUMBER}",
        rf"max_total_tokens must be [a-z ]+{NUMBER}",
        rf"input tokens \d+ plus max_tokens \d+ exceed the limit of {NUMBER}",
        rf"total tokens? limit (?:of )?{NUMBER}",
        rf"max_num_tokens \({NUMBER}\)",
        rf"上下文长度\D{{0,10}}{NUMBER}",
        rf"exceeds? [a-z ]{{0,30}}(?:length|limit|window|tokens)(?: of)? {NUMBER}",
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
        rf"(?:input|prompt) (?:tokens|length) {NUMBER}",
        rf"inputs length \({NUMBER}\)",
        r"prompt length \((\d+)",
        rf"prompt \(length {NUMBER}",
        rf"prompt length of {NUMBER}",
        rf"input length \({NUMBER}",
        rf"prompt_tokens \({NUMBER}\)",
    )
)
REQUESTED = re.compile(
    rf"(?:requested:?(?: about| a total of)?|max_total_tokens|output tokens) \(?{NUMBER}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ToldLimit:
    """What a server has said of its limits, in tokens.

    Attributes:
        output: The most of an answer, None where something else was refused.
        window: Of prompt and answer together, None where it does not say.
        prompt: Of the prompt that was refused, None where it does not say.
        is_unsaid: Whether less of an answer may do, and it does not say how much less.
    """

    output: int | None = None
    window: int | None = None
    prompt: int | None = None
    is_unsaid: bool = False


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
    if refusal.asked is None or refusal.status not in ANSWER_STATUS:
        return None
    is_about_answer = ANSWER_WORDS.search(f"{refusal.field or ''} {words}") is not None
    if is_about_answer and BOUND_WORDS.search(words):
        output = _find_most_output(words, refusal.asked)
        # So small a number may be the length of the prompt, where that is spoken of.
        is_prompt = output is not None and output < refusal.asked // 4 and "prompt" in words.lower()
        if output is not None:
            return ToldLimit(is_unsaid=True) if is_prompt else ToldLimit(output=output)
    is_about_both = CONTEXT_WORDS.search(words) and not PROMPT_WORDS.search(words)
    is_unsaid = is_about_both or (is_about_answer and TOO_LARGE_WORDS.search(words))
    return ToldLimit(is_unsaid=True) if is_unsaid else None


def _find_most_output(words: str, asked: int) -> int | None:
    """The most that an answer may be: of the numbers named the largest below what was asked for."""
    too_large = {
        number for match in EXCLUSIVE.finditer(words) for number in match.groups() if number
    }
    numbers = [
        number - (text in too_large)
        for text in NUMBERS.findall(words)
        for number in _bounded([text])
    ]
    return max((number for number in numbers if number < asked), default=None)


def _find_rest(refusal: Refusal) -> int | None:
    """What is left for the prompt of all that was asked for, where only the sum is told."""
    total = REQUESTED.search(refusal.words)
    rest = _read(total[1]) - (refusal.asked or 0) if total else 0
    return rest if rest >= MIN_TOKENS else None


def _first(patterns: tuple[re.Pattern[str], ...], words: str) -> int | None:
    found = [match[1] for pattern in patterns if (match := pattern.search(words))]
    return next(iter(_bounded(found)), None)


def _bounded(found: list[str]) -> tuple[int, ...]:
    """The numbers that can be a number of tokens."""
    numbers = [_read(text) for text in found if len(text) < 15]
    return tuple(number for number in numbers if MIN_TOKENS <= number <= MAX_TOKENS)


def _read(text: str) -> int:
    """A number, with its thousands grouped or told as k."""
    digits = text.lower().replace(",", "").replace(".", "")
    return int(digits[:-1]) * 1000 if digits.endswith("k") else int(digits)
