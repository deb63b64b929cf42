"""A number with a sign, a power or an uncertainty says more than its digits, and is kept."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import Judged, judge
from services.check.table.column import make_column

INTEGER, DECIMAL = DataType.INTEGER, DataType.DECIMAL


def propose(
    kind: DataType | None, cells: list[str], cell: str, header: str = "Value", is_new: bool = False
) -> Judged:
    column = FinalColumn("c1", header, kind, None, "", is_suggested=is_new)
    return judge(cell, make_column(column, tuple(cells), is_new=is_new))


SIGNS = [
    "+5",
    "+5.5",
    "+ 5",
    "+5 %",
    "+1,250.50",
    "\u22125",
    "\u22125.5",
    "\u22120",
    "\u20135",
    "－5",
    "＋5",
    "－１．５",
]
POWERS = [
    *("6.62607015e-34", "1e40", "1.6e-19", "1.60E-19", "-1.5e-7", "1,5e-7", "1e309", ".5e-3"),
    *("10^6", "10^-6", "2^10", "10**6", "10<sup>6</sup>", "10<sup>-6</sup>", "10⁶", "10⁻⁶"),
    *("6.02×10²³", "6.02 × 10^23", "6,02·10^{23}", "5 x 10<sup>-3</sup>", "1.67e-27 kg"),
]
UNCERTAIN = [
    *("0.8414(19)", "12,5(3)", "12.5 (3)", "1.1(2)(3)", "6.674 30(15)×10^-11", "1.2(3)e5"),
    *("5.0 ± 0.2", "5.0±0.2", "5.0 +/- 0.2", "3.0 ± 0.1 kg", "3.0+0.1\u22120.2", "5 ± 2 %"),
    *("5 [3–7]", "5 (95% CI 3–7)", "8.314[2]", "1.5 (2020)"),
]
FRACTIONS = ["½", "1½", "1 1/2", "3/4"]
LONG = ["3." + "141592653589793" * 5, "1" * 60]
COLUMNS = [[], ["5", "7"], ["1.5", "12.25"], ["1,5", "3,25"], ["6.6e-34", "9.1e-31"], ["+1", "-2"]]


@pytest.mark.parametrize("cells", COLUMNS)
def test_it_is_kept_to_the_letter_in_a_column_of_numbers(cells: list[str]) -> None:
    for cell in (*SIGNS, *POWERS, *UNCERTAIN, *FRACTIONS):
        for kind in (DECIMAL, None):
            judged = propose(kind, cells, cell)
            assert (cell, judged.value, judged.repairs) == (cell, cell, ())


@pytest.mark.parametrize("cell", LONG)
def test_a_number_may_have_any_number_of_digits(cell: str) -> None:
    assert propose(DECIMAL, ["1.5"], cell).value == cell


def test_what_would_have_to_be_cut_is_no_number() -> None:
    assert propose(DECIMAL, [], "1" * 501).value is None


@pytest.mark.parametrize(
    ("cells", "proposals"),
    [
        (["0.8414(19)", "12.5(3)"], ["1.25(12)", "3.1(4)"]),
        (["5.0 ± 0.2", "12 ± 1"], ["7.25 ± 0.05"]),
        (["+5", "-3", "+12"], ["+7", "-7", "0"]),
        (["\u22125", "3"], ["\u22127", "7"]),
        (["10^6", "10^9"], ["10^12"]),
        (["10<sup>6</sup>", "10<sup>9</sup>"], ["10<sup>12</sup>"]),
        (["1.6e-19", "6.6e-34"], ["9.1e-31"]),
    ],
)
def test_beside_its_like_nothing_is_said_of_it(cells: list[str], proposals: list[str]) -> None:
    for cell in proposals:
        for is_new in (False, True):
            judged = propose(DECIMAL, [*cells, *proposals], cell, is_new=is_new)
            assert judged == Judged(cell)


@pytest.mark.parametrize(("cell", "is_whole"), [
    ("+5", True), ("\u22125", True), ("10^6", True), ("6.02×10²³", True), ("1.5e3", True),
    ("12 ± 3", True), ("5 (3)", True), ("+5.5", False), ("1.5e-7", False), ("10⁻⁶", False),
    ("0.8414(19)", False), ("5.0 ± 0.2", False), ("½", False),
])  # fmt: skip
def test_in_a_column_of_whole_numbers_it_has_to_be_one(cell: str, is_whole: bool) -> None:
    assert propose(INTEGER, ["5", "7"], cell).value == (cell if is_whole else None)


@pytest.mark.parametrize(
    ("header", "cell", "left"),
    [
        ("Moons", "2 (Phobos, Deimos)", "2"),
        ("Temperature", "-241 (average)", "-241"),
        ("Temperature °C", "\u22125 °C", "\u22125"),
        ("Mass (kg)", "5 kg", "5"),
    ],
)
def test_a_remark_in_words_and_a_unit_that_the_header_names_are_none_of_it(
    header: str, cell: str, left: str
) -> None:
    assert propose(DECIMAL, ["5", "7"], cell, header).value == left


@pytest.mark.parametrize("cell", ["5M", "1.2.3", "e5", "10^", "5 ±", "+", "5++5", "(3)(4)", "0x1F"])
def test_what_is_none_is_not_taken_for_one(cell: str) -> None:
    assert propose(DECIMAL, ["1.5"], cell).value is None
