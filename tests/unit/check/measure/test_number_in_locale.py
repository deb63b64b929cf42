"""Numbers as people of forty places write them: kept, or the same number in another form."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale

LOCALES = (
    "de de_CH de_AT fr fr_CH es es_MX it it_CH pt_BR pt_PT nl pl cs sv da nb fi ru uk tr el hu ro"
    " hr id vi he hi en_IN en_ZA ja ko zh ca sl sk bg lt lv et en th bn ta"
)
NUMBERS = st.decimals(0, 10**7, places=3).map(lambda n: n.quantize(Decimal("0.01")))


@pytest.mark.parametrize("tag", LOCALES.split())
@settings(max_examples=12)
@given(
    numbers=st.lists(NUMBERS, max_size=3),
    number=NUMBERS,
    currency=st.sampled_from(["", "EUR", "USD", "INR"]),
    like=st.booleans(),
    told=st.booleans(),
    header=st.sampled_from(["Value", "Price (EUR)"]),
)
def test_a_number_is_never_lost_and_never_another_one(
    tag: str,
    numbers: list[Decimal],
    number: Decimal,
    currency: str,
    like: bool,
    told: bool,
    header: str,
) -> None:
    def write(one: Decimal) -> str:
        if currency:
            return format_currency(one, currency, locale=tag)
        return format_decimal(one, locale=tag)

    cells = [write(one) if like else str(one) for one in numbers]
    final = FinalColumn("c1", header, DataType.DECIMAL, None, "", is_suggested=False)
    locale = read_locale(tag.replace("_", "-") if told else None)
    column = make_column(final, cells, locale=locale)
    value = judge(write(number), column).value
    assert value
    if value != write(number):
        read = column.numbers.read(value) if column.numbers else value
        assert read is not None
        assert Decimal(read) == number
