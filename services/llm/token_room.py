"""How many tokens a prompt and its answer may have: by what is set, told, and seen of answers."""

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.completion import Completion
from services.llm.exchange.question import Question
from services.llm.limit.answer_size import AnswerSize
from services.llm.limit.learned_limit import MARGIN_TOKENS, MIN_OUTPUT_TOKENS, LearnedLimits
from services.llm.limit.token_estimate import TokenEstimate, count_tokens
from services.llm.refusal.told_limit import TokenLimitError, ToldLimit
from services.llm.server.settings import LlmSettings
from services.telemetry.log import get_log

log = get_log()

UNSURE_LEAST, UNSURE_MOST = 0.8, 1.25
"""Of the tokens that are taken for a prompt by its bytes: what it has at least, and at most."""
CUT_SHORT = frozenset({Failure.CUT_OFF, Failure.EMPTY})
"""A model that thinks until it is stopped has said nothing."""


class TokenRoom:
    """Of the server of one process.

    Attributes:
        estimate: Of the tokens of a prompt.
        limits: How many tokens its models take.
    """

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self._sizes = AnswerSize()
        self.estimate = TokenEstimate()
        self.limits = LearnedLimits()

    def find_cap(self, question: Question, model: str) -> int:
        """The most tokens that an answer may take: never more than the settings allow.

        Nor more than what is asked for can take: a model that has lost its way writes for ever.
        """
        setting = self._settings.max_completion_tokens
        sizes = (question.max_completion_tokens, self._sizes.find_most(question, model), setting)
        most = min(size for size in sizes if size)
        thought = max(self._settings.reasoning_tokens, self.limits.of(model).reasoning)
        prompt = self.estimate.of(count_tokens(question))
        # What nobody has counted yet may be more than its bytes say.
        prompt = prompt if self.estimate.is_sure else int(prompt * UNSURE_MOST)
        return self.limits.find_cap(model, most + thought, prompt)

    def fit(self, error: TokenLimitError, question: Question, model: str, asked: int) -> int | None:
        """The smaller answer to ask for; None where it is the prompt that must be shorter.

        Args:
            asked: How many tokens were refused.
        """
        told = error.told
        if told.is_unsaid:
            return asked // 2 if asked >= 2 * MIN_OUTPUT_TOKENS else None
        if told.output is None and told.window is None:
            return None
        self.limits.learn(model, output=told.output, window=told.window)
        log.warning("token_limit_learned", model=model, output=told.output, window=told.window)
        prompt = told.prompt or self.estimate.of(count_tokens(question))
        if told.window is not None and told.window - prompt < MIN_OUTPUT_TOKENS + MARGIN_TOKENS:
            return None
        cap = self.limits.find_cap(model, asked, prompt)
        # Where the prompt is longer than it was taken for, half of the answer may fit.
        return cap if cap < asked else asked // 2 if asked >= 2 * MIN_OUTPUT_TOKENS else None

    def note_fit(self, model: str, asked: int) -> None:
        """Take in that so long an answer may be asked for, and no longer one."""
        log.warning("token_limit_learned", model=model, output=asked, window=None)
        self.limits.learn(model, output=asked)

    def learn(self, completion: Completion, model: str, counted: int) -> bool:
        """Take in what a server has counted. Returns whether it seems to have cut the prompt."""
        usage = completion.usage
        if usage.reasoning_tokens:
            self.limits.learn_reasoning(model, usage.reasoning_tokens)
        if self._settings.known.may_cut and self.estimate.is_cut(counted, usage.input_tokens):
            return True
        self.estimate.learn(counted, usage.input_tokens, usage.output_tokens)
        return False

    def learn_size(self, completion: Completion, model: str, question: Question) -> None:
        """Take in how long an answer was that came to its end."""
        usage = completion.usage
        said = (usage.output_tokens or 0) - (usage.reasoning_tokens or 0)
        self._sizes.learn(question, model, said)

    def note_cut(
        self,
        error: StageError,
        completion: Completion,
        model: str,
        question: Question,
        asked: int | None,
    ) -> None:
        """Give the next answer more room, where it was our own limit that cut this one off."""
        if error.failure not in CUT_SHORT or not asked:
            return
        if asked < self._settings.max_completion_tokens:
            thinks = any(choice.has_thought for choice in completion.choices)
            thinks = thinks or bool(completion.usage.reasoning_tokens)
            self._sizes.note_cut(question, model, thinks=thinks)
            log.info("answer_size_grown", cap=asked, thinks=thinks)

    def refuse_overrun(self, question: Question, model: str) -> None:
        """Refuse a prompt that leaves no room for an answer, without a call.

        Some servers refuse it themselves; others cut it in silence, or write until the context is
        full. What nobody has counted yet is left to the server.

        Raises:
            TokenLimitError: The prompt must be made shorter.
        """
        window = self.limits.of(model).window
        if window is None:
            return
        prompt = self.estimate.of(count_tokens(question))
        least = prompt if self.estimate.is_sure else int(prompt * UNSURE_LEAST)
        if least + MIN_OUTPUT_TOKENS + MARGIN_TOKENS > window:
            message = f"a prompt of about {prompt} tokens leaves no room in a context of {window}"
            raise TokenLimitError(message, ToldLimit(window=window, prompt=prompt), code="no-room")
