"""The operations of the document, each as it can be asked for with ids of nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.test_isolation import NOBODY_S

IDS = {**NOBODY_S, "key_id": "nobody", "tenant": "acme"}


@dataclass(frozen=True)
class Operation:
    """One of the document.

    Attributes:
        said: What the document says of it.
    """

    name: str
    method: str
    path: str
    said: Mapping[str, Any]

    def fill(self, **ids: str) -> str:
        """Its path with ids; those that are not told are of nothing."""
        return self.path.format(**IDS | ids)


async def read_document(
    gateway: Gateway, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The document, as it is served."""
    answer = await gateway.client.get("/openapi.json", headers=headers)
    document: dict[str, Any] = answer.json()
    return document


def list_operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """All of them."""
    for path, operations in document["paths"].items():
        for method, said in operations.items():
            yield Operation(said["operationId"], method.upper(), path, said)
