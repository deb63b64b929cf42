"""Web addresses stay where a column is made for them, by http and https only."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import Judged, judge
from services.check.table.column import NONE, list_urls, make_column
from services.check.text.address import has_addresses, is_address

TEXT, IMAGE = DataType.TEXT, DataType.IMAGEURL
OURS = ["https://a.test/1", "http://b.test/?q=1&r=2#x"]
PICTURE = "https://img.test/a.png"


def propose(
    cell: str,
    cells: list[str],
    header: str = "Value",
    kind: DataType | None = TEXT,
    is_suggested: bool = False,
    is_new: bool = False,
) -> Judged:
    column = FinalColumn("c1", header, kind, None, "", is_suggested=is_suggested)
    urls = NONE if is_new else list_urls(cells)
    return judge(cell, make_column(column, tuple(cells), urls=urls, is_new=is_new))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://a.test", True),
        ("HTTP://a.test:8080/x_(y)?q=1&r=%20#z", True),
        ("https://bücher.example/ä", True),
        ("www.a.test", True),
        ("https://", False),
        ("see https://a.test", False),
        ("https://a.test and more", False),
        ("https://a.test/<script>", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://a.test", False),
        ("a.test", False),
    ],
)
def test_an_address_is_one_of_the_web_and_nothing_else(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize(
    ("header", "cells", "are_some"),
    [
        ("Official website", [], True),
        ("URL", [], True),
        ("Site web", [], True),
        ("公式ウェブサイト", [], True),
        ("Link", ["none", "later"], True),
        ("Curl", [], False),
        ("Note", [], False),
        ("Note", OURS, True),
        ("Note", [*OURS, "none"], True),
        ("Note", ["one", "two", OURS[0]], False),
        ("Note", [f"see {OURS[0]}"], False),
    ],
)
def test_a_column_of_addresses_says_so_or_its_cells_show_it(
    header: str, cells: list[str], are_some: bool
) -> None:
    assert has_addresses(header, cells) is are_some


@pytest.mark.parametrize("kind", [TEXT, None])
@pytest.mark.parametrize("is_suggested", [True, False])
def test_an_address_in_a_column_of_addresses_is_kept(
    kind: DataType | None, is_suggested: bool
) -> None:
    for cell in ("https://c.test/3?x=1", "http://c.test", "www.c.test/a"):
        beside = [*OURS, cell]
        assert propose(cell, OURS, kind=kind, is_suggested=is_suggested) == Judged(cell)
        assert propose(cell, [], "Website", kind, is_suggested) == Judged(cell)
        assert propose(cell, beside, kind=kind, is_suggested=True, is_new=True) == Judged(cell)


@pytest.mark.parametrize("cells", [[], OURS])
@pytest.mark.parametrize(
    "cell", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_what_would_run_is_taken_out_of_it_and_said(cell: str, cells: list[str]) -> None:
    judged = propose(cell, cells, "Website")
    assert (judged.value, judged.repairs) == ("", ("C18",))


def test_in_any_other_column_an_address_is_taken_out_and_said() -> None:
    judged = propose("see https://a.test now", ["one", "two"])
    assert (judged.value, judged.repairs) == ("see now", ("C18",))


@pytest.mark.parametrize(
    ("cell", "is_kept"),
    [
        (PICTURE, True),
        (f"{PICTURE}|20x30", True),
        ("https://img.test/b.png", False),
        ("https://img.test/a.png?cells=here", False),
        ("https://evil.test/?x=https://img.test/a.png", False),
    ],
)
def test_an_image_is_one_of_the_table_s_own_since_a_page_loads_it(cell: str, is_kept: bool) -> None:
    assert propose(cell, [PICTURE], "Picture", IMAGE).value == (cell if is_kept else "")


def test_a_proposed_column_of_images_has_none() -> None:
    judged = propose(PICTURE, [PICTURE], "Picture", IMAGE, is_suggested=True, is_new=True)
    assert (judged.value, judged.repairs) == ("", ("C18",))
