"""What a language tag says of numbers and days, held against all of CLDR's locales."""

import pytest

from services.check.table.locale import ANSWERS, SOURCE, Locale, read_locale
from tests.unit.check.table.cldr import TAGS, read_facts, write_locales


def test_the_locales_are_those_of_cldr() -> None:
    assert SOURCE.read_text(encoding="utf-8") == write_locales(), "run `make generate`"


def test_every_locale_of_cldr_is_read_as_cldr_has_it_however_its_tag_is_written() -> None:
    assert len(TAGS) > 700
    for tag in TAGS:
        said = {name: ANSWERS[value] for name, value in read_facts(tag).items()}
        for written in (tag, tag.replace("_", "-"), tag.lower(), tag.upper().replace("_", "-")):
            read = read_locale(written)
            assert (written, vars(read) | said) == (written, vars(read))


POINT, COMMA, FIRST, SECOND, NOBODY = False, True, True, False, None


@pytest.mark.parametrize(
    ("tag", "comma", "day_first"),
    [
        ("es-419", POINT, FIRST),
        ("es-PA", POINT, SECOND),
        ("es-PR", POINT, SECOND),
        ("es-US", POINT, FIRST),
        ("es-PH", COMMA, FIRST),
        ("es-ES", COMMA, FIRST),
        ("es-CL", COMMA, FIRST),
        ("en", POINT, NOBODY),
        ("en-US", POINT, SECOND),
        ("en-GB", POINT, FIRST),
        ("en-UK", POINT, FIRST),
        ("en-DE", COMMA, FIRST),
        ("en-IL", POINT, FIRST),
        ("en-TW", POINT, NOBODY),
        ("en-ZA", NOBODY, NOBODY),
        ("fr-CH", NOBODY, FIRST),
        ("fr-CA", COMMA, NOBODY),
        ("de-CH", POINT, FIRST),
        ("de-DE-1996-u-nu-latn", COMMA, FIRST),
        ("de_DE.UTF-8", COMMA, FIRST),
        ("de-x-CH", COMMA, FIRST),
        ("pt-AO", COMMA, FIRST),
        ("zh-TW", POINT, NOBODY),
        ("zh-HK", POINT, FIRST),
        ("zh-cmn-Hans-SG", POINT, FIRST),
        ("SR_latn_rs", COMMA, FIRST),
        ("sh", COMMA, FIRST),
        ("iw-IL", POINT, FIRST),
        ("deu-CH", POINT, FIRST),
        ("ar-EG", POINT, FIRST),
        ("ar-MA", COMMA, FIRST),
        ("wa", NOBODY, NOBODY),
        ("tlh-DE", NOBODY, NOBODY),
        ("-", NOBODY, NOBODY),
        (None, NOBODY, NOBODY),
    ],
)
def test_a_tag_says_what_the_locale_above_it_says_unless_it_says_otherwise(
    tag: str | None, comma: bool | None, day_first: bool | None
) -> None:
    read = read_locale(tag)
    assert (read.comma, read.day_first) == (comma, day_first)


def test_no_tag_is_no_locale() -> None:
    assert read_locale(None) == read_locale("") == Locale()
    assert read_locale("IW-il").language == "he"
