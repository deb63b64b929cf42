"""A form is read as a browser writes it, each field once."""

import pytest

from services.gateway.api.problem import ProblemError
from services.gateway.console.shell.form import parse_form


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"a=%C3%A9+x%0D%0Ay", {"a": "é x\ny"}),
    ],
)
def test_fields(body: bytes, fields: dict[str, str]) -> None:
    assert parse_form(body) == fields


@pytest.mark.parametrize("body", [b"a=1&a=2", b"a=%FF", b"a=\xff", b"&".join([b"a=1"] * 101)])
def test_what_no_page_of_ours_sends(body: bytes) -> None:
    with pytest.raises(ProblemError) as refused:
        parse_form(body)
    assert refused.value.status == 400
