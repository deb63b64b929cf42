"""What an answer has taken of a model: tokens, and money."""

from dataclasses import dataclass

from schemas.job.record import Provenance

NANO = 1_000_000_000
MOST = 10**15
"""Of one answer, whatever its record says: the sum of thousands of them is a database's number."""


@dataclass(frozen=True, slots=True)
class Used:
    """Sums of tokens and of billionths of a US dollar, which all add up without rounding.

    What is not reported counts as nothing. Cached tokens are a part of the input, reasoning ones of
    the output.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    nano_usd: int = 0

    def __add__(self, other: "Used") -> "Used":
        """Both together."""
        return Used(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.nano_usd + other.nano_usd,
        )

    def __sub__(self, other: "Used") -> "Used":
        """This without the other."""
        return Used(
            self.input_tokens - other.input_tokens,
            self.output_tokens - other.output_tokens,
            self.cached_tokens - other.cached_tokens,
            self.reasoning_tokens - other.reasoning_tokens,
            self.nano_usd - other.nano_usd,
        )


NOTHING_USED = Used()


def read_used(provenance: Provenance) -> Used:
    """What an answer says that it has taken."""
    usage = provenance.usage
    counts = (
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_tokens,
        usage.reasoning_tokens,
        round((provenance.cost_usd or 0.0) * NANO),
    )
    return Used(*(min(max(0, count or 0), MOST) for count in counts))
