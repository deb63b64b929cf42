"""The table of what providers answer where they do not: provider_error.yaml, read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.failure.verdict import Failure
from tests.unit.llm.fake_provider import Said

TABLE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class ProviderError:
    """An answer of a provider, where it was told of, and what it means."""

    provider: str
    source: str
    status: int
    failure: Failure
    said: Said

    def __str__(self) -> str:
        """For the name of a test."""
        return f"{self.provider}-{self.status}-{self.failure.value}"


def _read(row: dict[str, Any]) -> ProviderError:
    body, kind = row["body"], row.get("contentType", "application/json")
    body = body.encode() if isinstance(body, str) else body
    return ProviderError(
        row["provider"],
        row["source"],
        row["status"],
        Failure(row["failure"]),
        Said(body, row["status"], {"content-type": kind}),
    )


ERRORS = [_read(row) for row in yaml.safe_load(TABLE.read_text())]
