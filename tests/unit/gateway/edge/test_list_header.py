"""A header that is a list may come in several lines, and is read as one."""

import pytest

from services.gateway.edge.list_header import Headers, join_lists
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, whole_job

JOB = f"/v1/jobs/{JOB_ID}"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([], []),
        ([(b"prefer", b"wait=1"), (b"x", b"1"), (b"x", b"2")], None),
        (
            [(b"prefer", b"a"), (b"host", b"h"), (b"prefer", b"b, c"), (b"accept", b"*/*")],
            [(b"prefer", b"a, b, c"), (b"host", b"h"), (b"accept", b"*/*")],
        ),
    ],
)
def test_the_lines_of_a_list_become_one_in_their_order(sent: Headers, read: Headers | None) -> None:
    assert join_lists(sent) == (sent if read is None else read)


async def test_a_preference_and_a_version_are_found_in_whichever_line(gateway: Gateway) -> None:
    await gateway.project(*whole_job())
    preferred = [("Prefer", "handling=lenient"), ("Prefer", "wait=1")]
    first = await gateway.client.get(JOB, headers=preferred)
    assert first.headers["preference-applied"] == "wait=1"
    tags = [("If-None-Match", '"older-1"'), ("If-None-Match", f"W/{first.headers['etag']}")]
    assert (await gateway.client.get(JOB, headers=tags)).status_code == 304
