"""A cursor comes back as it was given, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.api.cursor import CursorError, read_cursor, write_cursor
from services.gateway.database.place import Place


@given(st.integers(0, 2**62), st.uuids())
def test_a_cursor_comes_back_as_it_was(accepted_us: int, job: object) -> None:
    place = Place(accepted_us, str(job))
    assert read_cursor(write_cursor(place)) == place


@given(st.text(max_size=40))
def test_another_text_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(text)
