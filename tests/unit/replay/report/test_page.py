"""The page of a comparison stands alone, runs nothing, and shows every cell as text."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.replay.comparison.comparison import Comparison
from services.replay.report.case import MAX_CHARS
from services.replay.report.page import write_page
from tests.unit.replay.comparison.pairs import compare, compare_beside_control
from tests.unit.replay.comparison.test_comparison import make_trial

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; }</style><svg onload=alert(1)>",
    "<!-- {{ 7 * 7 }} {% raw %} -->",
    "</td></table><a href=javascript:alert(1)>x</a>",
    "&lt;b&gt; & &#60;",
)
LOADS = {"href", "src", "srcset", "action", "style", "data", "poster", "background"}


@dataclass
class Reader(HTMLParser):
    """What a browser would make of a page."""

    tags: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    cells: list[str] = field(default_factory=list)
    marked: list[tuple[str, str]] = field(default_factory=list)
    is_in_cell: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "td":
            self.cells.append("")
            self.is_in_cell = True

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.cells[-1] += data
        if self.tags and self.tags[-1] in ("del", "ins"):
            self.marked.append((self.tags[-1], data))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("del", "ins"):
            self.tags.append(f"/{tag}")
        if tag == "td":
            self.is_in_cell = False


def read(found: Comparison) -> Reader:
    reader = Reader()
    reader.feed(write_page(found, [], 3).decode())
    reader.close()
    return reader


def of_text(before: str, now: str) -> Comparison:
    return compare({"columns": [{"why": before}]}, {"columns": [{"why": now}]})


PLAIN = read(of_text("before", "now"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_is_text(text: str) -> None:
    reader = read(of_text("before", text))
    assert set(reader.tags) == set(PLAIN.tags)
    assert not {"script", "img", "a", "iframe", "object", "link", "base"} & set(reader.tags)
    assert any(cell == text for cell in reader.cells)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_and_model_are_text(text: str) -> None:
    found = compare({text: [{text: "a", "cells": [text]}]}, {text: [{text: "b", "cells": ["c"]}]})
    manifest = found.manifest.model_copy(update={"model": text, "prompt_version": text})
    assert set(read(Comparison(manifest, found.pairs)).tags) == set(PLAIN.tags)


def test_it_loads_and_runs_nothing() -> None:
    page = write_page(of_text("a", "b"), [], 3).decode()
    style = re.search("<style>(.*)</style>", page, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    assert not LOADS & PLAIN.attributes
    assert not [name for name in PLAIN.attributes if name.startswith("on")]


@settings(max_examples=40)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_makes_markup(before: str, now: str) -> None:
    reader = read(of_text(f"a {before}", f"b {now}"))
    assert set(reader.tags) <= {*PLAIN.tags, "del", "ins", "/del", "/ins", "i"}


def test_words_that_are_gone_and_new_are_marked_side_by_side() -> None:
    reader = read(of_text("in grams", "in kilograms"))
    assert reader.marked == [("del", "grams"), ("ins", "kilograms")]
    assert {"in grams", "in kilograms"} <= set(reader.cells)


def test_what_is_not_seen_has_a_name() -> None:
    reader = read(of_text("planet", "plan\u200bet\u202e"))
    assert "planU+200BetU+202E" in "".join(reader.cells)


def test_what_is_long_is_cut() -> None:
    cells = read(of_text("a", "word " * 1_000)).cells
    assert max(map(len, cells)) <= MAX_CHARS + 1


def test_the_five_counts_and_their_intervals_are_told() -> None:
    cells = [" ".join(cell.split()) for cell in read(make_trial().compare()).cells]
    assert cells[:6] == [
        "315.8 to 75.0 %",
        "28.2 to 64.1 %",
        "00.0 to 35.4 %",
        "12.6 to 51.3 %",
        "12.6 to 51.3 %",
        "7",
    ]


def test_with_a_control_it_says_what_is_outside_of_the_noise() -> None:
    page = write_page(compare_beside_control(worse=30), [], 3).decode()
    assert "outside of the noise: column fewer same, column more worse" in page
    assert "+29.0 % (+19.5 to +38.7 %)" in page


def test_the_same_comparison_gives_the_same_bytes() -> None:
    found = make_trial().compare()
    assert write_page(found, [], 3) == write_page(found, [], 3)
