"""Markup is taken out where it can be nothing else; code, comparisons and names of tags stay."""

import pytest

from services.check.text.hygiene import has_hidden, has_markup, strip_markup

KHMER = "ភាសា\u200bខ្មែរ"
THAI = "ภาษา\u200bไทย"

KEPT = [
    "a<b and c>d",
    "if a<b and c>d: pass",
    "x<y, z>2",
    "i<s && p>q",
    "a < b > c",
    "#include <map>",
    "#include <link>",
    "vec<a>",
    "Box<object>",
    "std::map<a, b>",
    "List<String>",
    "List<List<a>>",
    "Vec<u>",
    "x<s>y",
    "10<sup>6</sup>",
    "CO<sub>2</sub>",
    "<s>12</s>9",
    "<del>5 €</del> 4 €",
    "usage: run <code> <time>",
    "Ctrl+<small>",
    "<i>",
    "<p>",
    "</div>",
    "<br/>",
    "x <y@z.org>",
    "a<!b and c>d",
    "http://",
    "www.",
    "where a<b and size>3",
    "WHERE a<b AND name='x' AND c>d",
    'if a<b and c="d" and e>f',
    "p<q<r",
    "<- back ->",
    "スーパー\u200bマーケット",
    THAI,
    KHMER,
    "ພາສາ\u200bລາວ",
]
TAKEN_OUT = [
    ("<b>bold</b> move", "bold move"),
    ("<b>10<sup>6</sup></b>", "10<sup>6</sup>"),
    ("one<br>two", "one two"),
    ("one<br/><BR >two</br>three", "one two three"),
    ("one <br>\ntwo<br>", "one \ntwo"),
    ("<p>one</p><p>two</p>", "one two"),
    ("<ul><li>one</li><li>two</li></ul>", "one two"),
    ("<tr><td>one</td><td>2</td></tr>", "one 2"),
    ("<td>1</td><td>2</td>", "1 2"),
    ("one<div class='x'>two</div>three", "one two three"),
    ("<h1>one</h1>two<hr>three", "one two three"),
    ("<dt>one</dt><dd>two</dd>", "one two"),
    ("one<img src=x>two", "one two"),
    ("one<b>two</b><i>th</i>ree", "onetwothree"),
    ("su<wbr>per", "super"),
    ("go <a href=x>there", "go there"),
    ("<a href='x'>there</a>", "there"),
    ("<svg/onload=alert(1)>x", "x"),
    ("<x onclick=alert(1)>go", "go"),
    ('<custom-tag data-x="1">go', "go"),
    ("<script>", ""),
    ("<img x src=y>z", "z"),
    ("<x, onclick=alert(1)>go", "go"),
    ("<font color=red>go", "go"),
    ("<p class=x>go", "go"),
    ("<script>alert(1)", "alert(1)"),
    ("<iframe>x", "x"),
    ("<<b>script>alert</script>", "alert"),
    ("<!-- hidden -->shown", "shown"),
    ("<!DOCTYPE html>x", "x"),
    ("List<String> of <b>all</b>", "List<String> of all"),
    ("a\u200bb", "ab"),
    ("ไ\u200bb", "ไb"),
    ("\u200bไทย", "ไทย"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_may_be_no_markup_stays_to_the_letter(text: str) -> None:
    assert (strip_markup(text), has_markup(text), has_hidden(text)) == (text, False, False)


@pytest.mark.parametrize(("text", "left"), TAKEN_OUT)
def test_what_can_only_be_markup_or_hidden_is_taken_out(text: str, left: str) -> None:
    assert strip_markup(text) == left
    assert has_markup(text) or has_hidden(text)
