"""How every contract behaves: frozen, camelCase in JSON, snake_case in Python."""

from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Contract(BaseModel):
    """A value that we write and read back: unknown fields are ignored, so that it may grow."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore"
    )

    def to_json(self) -> bytes:
        """Serialize to UTF-8 JSON with camelCase names."""
        return self.model_dump_json(by_alias=True).encode()

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Read what `to_json` wrote, also a later version of it that has more fields.

        Raises:
            pydantic.ValidationError: The bytes are not such a value; a ValueError.
        """
        return cls.model_validate_json(data, extra="ignore")


class RequestContract(Contract):
    """A value that a client sends: an unknown field is an error, since nothing honours it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)
