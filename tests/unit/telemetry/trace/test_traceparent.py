"""What names a trace, whoever has written it, and what leads to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.trace.traceparent import (
    TraceContext,
    continue_trace,
    find_context,
    make_exemplar,
    read_traceparent,
)

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
OTHER = f"00-{'1' * 32}-{SPAN}-01".encode()
SOUND = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    ("text", "context"),
    [
        (SOUND, TraceContext(TRACE, SPAN, 1)),
        (f" {SOUND} ", TraceContext(TRACE, SPAN, 1)),
        (f"00-{TRACE}-{SPAN}-00", TraceContext(TRACE, SPAN, 0)),
        (f"00-{TRACE}-{SPAN}-ff", TraceContext(TRACE, SPAN, 3)),
        (f"01-{TRACE}-{SPAN}-01", TraceContext(TRACE, SPAN, 1)),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-holds", TraceContext(TRACE, SPAN, 1)),
        (None, None),
        ("", None),
        (f"{SOUND}-more", None),
        (f"cc-{TRACE}-{SPAN}-01.more", None),
        (f"ff-{TRACE}-{SPAN}-01", None),
        (SOUND.upper(), None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE[1:]}-{SPAN}-01", None),
        (f"00-{TRACE}-{SPAN}-1", None),
        (f"{SOUND}\n{SOUND}", None),
        (f"{SOUND}, {SOUND}", None),
        ("00-" + "é" * 32 + f"-{SPAN}-01", None),
        ("{}", None),
    ],
)
def test_a_traceparent_is_read_as_w3c_has_it(
    text: str | None, context: TraceContext | None
) -> None:
    assert read_traceparent(text) == context


@given(st.text() | st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"))
def test_what_is_read_is_written_so_that_it_is_read_again(text: str) -> None:
    context = read_traceparent(text)
    if context is not None:
        assert read_traceparent(str(context)) == context
        assert len(str(context)) == len(SOUND)


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ([("traceparent", SOUND.encode())], TRACE),
        (
            [("traceparent", f"00-{'1' * 32}-{SPAN}-01".encode()), ("traceparent", SOUND.encode())],
            TRACE,
        ),
        ([("Traceparent", SOUND.encode())], None),
        ([("traceparent", None)], None),
        ([("traceparent", b"\xff\xfe")], None),
        ([("traceparent", b"x" * 1_000_000)], None),
        ([], None),
    ],
)
def test_of_a_record_s_headers_the_last_one_names_its_trace(
    headers: list[tuple[str, bytes | None]], trace: str | None
) -> None:
    context = find_context(headers)
    assert (context.trace_id if context else None) == trace


@pytest.mark.parametrize(
    ("context", "exemplar"),
    [
        (TraceContext(TRACE, SPAN, 1), {"trace_id": TRACE}),
        (TraceContext(TRACE, SPAN, 3), {"trace_id": TRACE}),
        (TraceContext(TRACE, SPAN, 0), None),
        (None, None),
    ],
)
def test_a_dot_leads_to_a_trace_that_is_kept(
    context: TraceContext | None, exemplar: dict[str, str] | None
) -> None:
    assert make_exemplar(context) == exemplar


def test_a_trace_goes_on_in_a_new_span() -> None:
    given = TraceContext(TRACE, SPAN, 0)
    onward = continue_trace(given)
    assert (onward.trace_id, onward.flags) == (TRACE, 0)
    assert onward.span_id != SPAN
    assert continue_trace(None).trace_id != continue_trace(None).trace_id
