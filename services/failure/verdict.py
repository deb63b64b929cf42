"""What to do about a failure: one table, from what went wrong to what follows.

Here: tried again in the process at once, with full jitter. Later: the record waits in a retry tier.
Park: no call can succeed now, so the stage stops pulling; the record waits and no attempt is
charged. Wait: the record alone waits in a tier, uncharged, for another release or worker. Dead:
given up on at once.
"""

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """What went wrong with a record."""

    UNREACHABLE = "unreachable"
    DROPPED = "dropped"
    POOL_EXHAUSTED = "pool-exhausted"
    TIMED_OUT = "timed-out"
    CONFLICT = "conflict"
    SERVER_ERROR = "server-error"
    PROVIDER_DOWN = "provider-down"
    TOLD_TO_RETRY = "told-to-retry"
    TOLD_NOT_TO_RETRY = "told-not-to-retry"
    WRONG_ADDRESS = "wrong-address"
    NOT_A_COMPLETION = "not-a-completion"
    RATE_LIMITED = "rate-limited"
    FLEX_UNAVAILABLE = "flex-unavailable"
    OVERLOADED = "overloaded"
    HANDED_OVER = "handed-over"
    NO_MONEY = "no-money"
    KEY_REFUSED = "key-refused"
    NO_ACCESS = "no-access"
    NOT_PERMITTED = "not-permitted"
    NO_SUCH_MODEL = "no-such-model"
    INVALID_REQUEST = "invalid-request"
    FORMAT_REFUSED = "format-refused"
    FIELD_REFUSED = "field-refused"
    CONTEXT_TOO_LONG = "context-too-long"
    CONTENT_POLICY = "content-policy"
    REFUSED = "refused"
    CUT_OFF = "cut-off"
    EMPTY = "empty"
    OUTPUT_INVALID = "output-invalid"
    OUTPUT_TOO_LARGE = "output-too-large"
    POISON = "poison"
    BUDGET = "budget"
    DAILY_BUDGET = "daily-budget"
    DEADLINE = "deadline"
    BUG = "bug"
    CRASH_SUSPECT = "crash-suspect"
    SCHEMA_AHEAD = "schema-ahead"


class Act(StrEnum):
    """What follows when trying again here has not helped."""

    LATER = "later"
    PARK = "park"
    WAIT = "wait"
    DEAD = "dead"


class Patience(StrEnum):
    """What a quick retry is charged to: each is counted apart, so that none uses up another's."""

    TRANSPORT = "transport"
    RATE = "rate"
    ASKING = "asking"


@dataclass(frozen=True)
class Verdict:
    """What to do about a failure.

    Attributes:
        here_s: Upper bounds of the waits before each quick retry, in seconds; () for none.
        later: How many times the record may wait in a tier, None for as often as the limit allows.
    """

    act: Act
    here_s: tuple[float, ...] = ()
    later: int | None = None
    patience: Patience = Patience.TRANSPORT

    @property
    def is_charged(self) -> bool:
        """Whether the failure uses up an attempt."""
        return self.act not in (Act.PARK, Act.WAIT)


TWICE_S = (0.5, 2.0)
ONCE_S = (0.5,)
AT_ONCE_S = (0.0,)
ASK_AGAIN_S = (0.0, 0.0)

RATE, ASKING = Patience.RATE, Patience.ASKING

VERDICTS: dict[Failure, Verdict] = {
    Failure.UNREACHABLE: Verdict(Act.LATER, TWICE_S),
    Failure.DROPPED: Verdict(Act.LATER, ONCE_S),
    Failure.POOL_EXHAUSTED: Verdict(Act.LATER, TWICE_S),
    Failure.TIMED_OUT: Verdict(Act.LATER, ONCE_S),
    Failure.CONFLICT: Verdict(Act.LATER, TWICE_S),
    Failure.SERVER_ERROR: Verdict(Act.LATER, TWICE_S),
    Failure.PROVIDER_DOWN: Verdict(Act.PARK),
    Failure.TOLD_TO_RETRY: Verdict(Act.LATER, TWICE_S),
    Failure.TOLD_NOT_TO_RETRY: Verdict(Act.DEAD),
    Failure.WRONG_ADDRESS: Verdict(Act.PARK),
    Failure.NOT_A_COMPLETION: Verdict(Act.LATER, ONCE_S),
    Failure.RATE_LIMITED: Verdict(Act.PARK, TWICE_S, patience=RATE),
    Failure.FLEX_UNAVAILABLE: Verdict(Act.PARK, TWICE_S, patience=RATE),
    Failure.OVERLOADED: Verdict(Act.PARK, TWICE_S, patience=RATE),
    Failure.HANDED_OVER: Verdict(Act.WAIT),
    Failure.NO_MONEY: Verdict(Act.PARK),
    Failure.KEY_REFUSED: Verdict(Act.PARK),
    Failure.NO_ACCESS: Verdict(Act.PARK),
    Failure.NOT_PERMITTED: Verdict(Act.PARK),
    Failure.NO_SUCH_MODEL: Verdict(Act.PARK),
    Failure.INVALID_REQUEST: Verdict(Act.DEAD),
    Failure.FORMAT_REFUSED: Verdict(Act.PARK),
    Failure.FIELD_REFUSED: Verdict(Act.DEAD),
    Failure.CONTEXT_TOO_LONG: Verdict(Act.DEAD),
    Failure.CONTENT_POLICY: Verdict(Act.DEAD),
    Failure.REFUSED: Verdict(Act.DEAD, AT_ONCE_S, patience=ASKING),
    Failure.CUT_OFF: Verdict(Act.LATER, ONCE_S, later=1, patience=ASKING),
    Failure.EMPTY: Verdict(Act.LATER, ONCE_S, later=1, patience=ASKING),
    Failure.OUTPUT_INVALID: Verdict(Act.LATER, ASK_AGAIN_S, later=1, patience=ASKING),
    Failure.OUTPUT_TOO_LARGE: Verdict(Act.DEAD),
    Failure.POISON: Verdict(Act.DEAD),
    Failure.BUDGET: Verdict(Act.DEAD),
    Failure.DAILY_BUDGET: Verdict(Act.PARK),
    Failure.DEADLINE: Verdict(Act.DEAD),
    Failure.BUG: Verdict(Act.LATER, later=1),
    Failure.CRASH_SUSPECT: Verdict(Act.DEAD),
    Failure.SCHEMA_AHEAD: Verdict(Act.WAIT),
}

RETRIED = tuple(failure for failure, verdict in VERDICTS.items() if verdict.act is not Act.DEAD)
"""What a record may wait in a tier for."""
