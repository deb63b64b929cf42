"""What a request is known by: its trace and its id."""

from typing import Any

import pytest

from services.gateway.api.request_info import RequestInfo, trace_apart, trace_request

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


def read(method: str = "POST", **headers: bytes) -> RequestInfo:
    given = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    scope: dict[str, Any] = {"method": method, "headers": given}
    with trace_request(scope) as (info, _):
        return info


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sound_trace_goes_on_in_a_new_span(method: str) -> None:
    continued = read(method, traceparent=TRACE.encode()).traceparent
    assert continued[:36] == TRACE[:36]
    assert continued != TRACE


@pytest.mark.parametrize(
    "given", [b"", b"junk", TRACE.replace("0123456789abcdef" * 2, "0" * 32).encode(), b"\xff" * 55]
)
def test_another_trace_is_replaced(given: bytes) -> None:
    assert len(read(traceparent=given).traceparent) == len(TRACE)


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 129, b"<script>"])
def test_an_unsound_request_id_is_replaced(given: bytes) -> None:
    assert len(read(x_request_id=given).request_id) == 32


def test_what_nobody_asked_for_has_a_trace_too() -> None:
    with trace_apart("canary") as info:
        assert len(info.traceparent) == len(TRACE)
    with trace_apart("redrive", RequestInfo("r-1", TRACE)) as info:
        assert (info.request_id, info.traceparent) == ("r-1", TRACE)
