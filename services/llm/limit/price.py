"""What a call costs: by declaration, or by a price list that comes with the library.

The list is never updated at run time. A model that is not in it has no known price, which is not 0.
"""

from dataclasses import dataclass
from typing import Any

from schemas.job.record import Usage

MTOK = 1_000_000


@dataclass(frozen=True)
class Price:
    """The price of the model of one process.

    Attributes:
        input_per_mtok: US dollars for a million tokens of prompt; None looks it up in the list.
        output_per_mtok: US dollars for a million tokens of answer; None looks it up in the list.
        base_url: Of the server, by which the list knows the provider; None is OpenAI's.
    """

    input_per_mtok: float | None = None
    output_per_mtok: float | None = None
    base_url: str | None = None

    def cost_usd(self, model: str, usage: Usage) -> float | None:
        """What a call cost; None where price or usage is not known."""
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        if self.input_per_mtok is not None and self.output_per_mtok is not None:
            spent = usage.input_tokens * self.input_per_mtok
            return (spent + usage.output_tokens * self.output_per_mtok) / MTOK
        return self._look_up(model, usage)

    def worst_usd(self, model: str, input_tokens: int, output_tokens: int) -> float | None:
        """What a call may cost at most; None where the price is not known."""
        return self.cost_usd(model, Usage(input_tokens=input_tokens, output_tokens=output_tokens))

    def _look_up(self, model: str, usage: Usage) -> float | None:
        # The list takes 20 MB, so a process whose price is declared does not load it.
        import genai_prices

        used = genai_prices.Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=min(usage.cached_tokens or 0, usage.input_tokens or 0) or None,
        )
        provider: dict[str, Any] = (
            {"provider_api_url": self.base_url} if self.base_url else {"provider_id": "openai"}
        )
        try:
            return float(genai_prices.calc_price(used, model_ref=model, **provider).total_price)
        except (LookupError, ValueError):
            return None


FREE = Price(0.0, 0.0)
