"""The manifest of a replay as it is handed out: a file, of which nothing is to be changed."""

from typing import Self

from pydantic import ConfigDict

from schemas.contract import Contract


class ReplayManifest(Contract):
    """A manifest, with all that is in it; the commands know what that means.

    Attributes:
        format: Which of its kind it is.
        digest: Of all else, SHA-256 in hex: what was changed is refused.
    """

    model_config = ConfigDict(extra="allow")

    format: str
    replay_id: str
    digest: str

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Read all of it: what it is written to again is the same manifest."""
        return cls.model_validate_json(data)
