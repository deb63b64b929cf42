"""What a request is known by: its trace and its id."""

import pytest

from services.gateway.api.request_info import continue_trace, read_request_info

TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


def test_a_sound_trace_goes_on_in_a_new_span() -> None:
    continued = continue_trace(TRACE)
    assert continued[:36] == TRACE[:36]
    assert continued != TRACE


@pytest.mark.parametrize("given", ["", "junk", TRACE.replace("0123456789abcdef" * 2, "0" * 32)])
def test_another_trace_is_replaced(given: str) -> None:
    assert len(continue_trace(given)) == len(TRACE)


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 129, b"<script>"])
def test_an_unsound_request_id_is_replaced(given: bytes) -> None:
    info = read_request_info({"headers": [(b"x-request-id", given)]})
    assert len(info.request_id) == 32
