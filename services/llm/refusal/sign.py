"""Finds what an error answer is known by: a name or a phrase of its provider's."""

import re

from services.failure.verdict import Failure
from services.llm.refusal.provider_word import SIGNS, SPENT

MODEL_WORDS = re.compile(
    r"models?\b.{0,160}?(not found|could not be found|(does not|doesn.t|not) exist|is not available"
    r"|is not supported|decommissioned|not loaded|is unknown|end of (its )?life"
    r"|(is|are|was|been) (deprecated|retired|discontinued|sunset|removed|shut ?down)"
    r"|no longer (available|supported|served|offered))"
    r"|(unknown|invalid|no such|unsupported) model\b|no models? (is )?loaded|no endpoints found for"
    r"|not a valid model|unable to access model|model identifier is invalid"
    r"|on-demand throughput isn.t supported|support on-demand throughput|does not support chat"
    r"|specified model|llm provider not provided|^model is required|^function .{0,80}: not found"
    r"|deployment for this resource does not exist|^model: |模型.{0,40}(不存在|已下线|未找到)",
    re.IGNORECASE | re.DOTALL,
)
NO_MODEL_OR_ACCESS = re.compile(
    r"model\b.{0,160}?not (exist|found),? or", re.IGNORECASE | re.DOTALL
)
"""Such a model is none for us: what is said of access behind it is a guess of theirs."""
ADDRESS_WORDS = re.compile(
    r"invalid url|method not allowed|http request (was sent )?to an? https|unknown request url"
    r"|cannot post /|no route (matched|for)|unsupported http method|unexpected endpoint or method"
    r"|^ollama is running|api version not supported|^model .{0,80}is enabled only for api"
    r"|query parameter: api-version|could not route to|start it with(out)? `?--",
    re.IGNORECASE,
)


def find_sign(names: tuple[str, ...], words: str) -> Failure | None:
    """What an error answer says, by its names before its words; None for no sign."""
    folded = [_fold(name) for name in names]
    # Clouds write them in two parts: AuthFailure.SignatureFailure, Throttling.RateQuota.
    folded = [part for name in folded for part in (name, *name.split("."))]
    named = next((s.failure for name in folded for s in SIGNS if name in s.names), None)
    told = next((s.failure for s in SIGNS if s.words.search(words)), None)
    if Failure.RATE_LIMITED in (named, told) and (_is_spent(names) or SPENT.search(words)):
        return Failure.NO_MONEY
    if named is Failure.NO_ACCESS and told is Failure.NO_MONEY:
        return told  # xAI calls it so that nothing is left
    return named or told


def _is_spent(names: tuple[str, ...]) -> bool:
    """Whether one of the names is of money, whatever rate another is of."""
    spent = next(sign.names for sign in SIGNS if sign.failure is Failure.NO_MONEY)
    return any(_fold(name) in spent for name in names)


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
