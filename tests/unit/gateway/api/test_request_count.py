"""Whatever clients send, it is counted under few names."""

from services.telemetry.metric import render_metrics
from tests.unit.gateway.conftest import Gateway

NAME = "brainshare_http_request_duration_seconds_count{"


def read_counted() -> set[str]:
    lines = render_metrics()[0].decode().splitlines()
    return {line.partition("} ")[0] for line in lines if line.startswith(NAME)}


async def test_strange_methods_and_paths_are_one_series_each(gateway: Gateway) -> None:
    before = read_counted()
    for number in range(20):
        await gateway.client.request(f"BREW{number}", "/v1/jobs")
        await gateway.client.get(f"/v1/nothing/{number}")
    added = read_counted() - before
    assert not [line for line in added if "BREW" in line or "nothing" in line]
    assert len(added) <= 2
