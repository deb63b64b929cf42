"""How the server behaves just now: how slow it is and which faults it acts out."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from services.demo_llm.fault.draw import check_odds

Odds = Annotated[Mapping[str, float], AfterValidator(check_odds)]


class Scenario(BaseModel):
    """The behaviour that tests set through POST /_demo/scenario.

    Attributes:
        latency_ms: The median time to an answer; the times are lognormal. 0 is at once.
        faults: The probability of each fault, from 0 to 1.
        retry_after_s: What a 429 says in Retry-After.
        only_schemas: Faults hit only calls for these schemas; empty is all.
        only_when_text: Faults hit only calls whose prompt contains this text; empty is all.
        max_faults: So many faults from now on, then none; None is without end.
        context_tokens: A longer prompt gets the fault `context`; None is no limit.
    """

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, validate_by_name=True, extra="forbid"
    )

    latency_ms: float = Field(default=400, ge=0, le=600_000)
    faults: Odds = {}
    retry_after_s: float = Field(default=30, ge=0)
    only_schemas: tuple[str, ...] = ()
    only_when_text: str = ""
    max_faults: int | None = Field(default=None, ge=0)
    context_tokens: int | None = Field(default=None, ge=1)

    def merge(self, change: Mapping[str, object]) -> "Scenario":
        """Return the scenario with the fields of `change` (camelCase) in place of its own.

        Raises:
            pydantic.ValidationError: A field or a fault is not known, or out of bounds.
        """
        return Scenario.model_validate(self.model_dump(by_alias=True) | dict(change))

    def is_aimed_at(self, schema_name: str, prompt_text: str) -> bool:
        """Whether the faults may hit a call for this schema with this prompt."""
        is_asked = not self.only_schemas or schema_name in self.only_schemas
        return is_asked and self.only_when_text in prompt_text
