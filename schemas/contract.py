"""How every contract behaves: frozen, camelCase in JSON, snake_case in Python."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

MAX_COUNT = 2**31 - 1
"""What every database that we use holds in an integer."""

MAX_UNIX_MS = 253_402_300_799_999
"""The last millisecond of the year 9999, where datetimes end."""


def _read_whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is the whole number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_read_whole)
"""For integers of a request, which is read strictly: no text, no truth value. Stands last."""

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Attempt = Annotated[int, Field(ge=1, le=MAX_COUNT)]
UnixMs = Annotated[int, Field(ge=0, le=MAX_UNIX_MS)]


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
