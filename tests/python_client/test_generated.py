"""A client that others make of the document works: it takes every example that there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live_gateway import LiveGateway
from tests.python_client.generated import (
    GeneratedClient,
    generate,
    list_exchanges,
    write_moments_alike,
)

pytestmark = pytest.mark.timeout(120)

DOCUMENT = Path("tests/unit/contract/snapshot/openapi.json")
"""As the gateway serves it: the contract's test holds that."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneratedClient]:
    folder = tmp_path_factory.mktemp("generated")
    generate(DOCUMENT, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield GeneratedClient()


def test_it_takes_every_example_of_a_body_and_of_an_answer(client: GeneratedClient) -> None:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    other, statuses = list[object](), set[int]()
    for one in list_exchanges(document):
        sent, answered = map(write_moments_alike, client.exchange(one))
        expected = (write_moments_alike(one.sent), write_moments_alike(one.answered))
        statuses.add(one.status)
        if (sent, answered) != expected:
            other.append((one.operation, one.status, sent, answered))
    assert other == []
    assert {200, 201, 202, 401, 404, 409, 422, 503} <= statuses


def test_it_posts_plain_text_to_a_gateway_and_reads_the_job(
    client: GeneratedClient, played: LiveGateway, key: str
) -> None:
    posted = client.ask(played.url, key, "acceptJob", body={"tableId": "t", "context": "Planets"})
    read = client.ask(played.url, key, "readJob", job_id=posted["jobId"])
    assert (read["jobId"], read["title"]) == (posted["jobId"], "Planets")
