"""Numbers as a spreadsheet shows them, by format codes that Excel and LibreOffice write."""

import pytest

from services.cli.workbook.number_format import show_number, write_number

SHOWN = [
    (1.5, "0.00", "1.50"),
    (1234567.891, "#,##0.00", "1,234,567.89"),
    (2.675, "0.00", "2.68"),
    (0.12, "0%", "12%"),
    (0.125, "0.0%", "12.5%"),
    (12, '"€"#,##0.00', "€12.00"),
    (-12.5, "[$€-407] #,##0.00", "-€ 12.50"),
    (12.5, "#,##0.00 [$€-407]", "12.50 €"),
    (5, '0" kg"', "5 kg"),
    (5, r"0\ \k\g", "5 kg"),
    (123, "00000", "00123"),
    (1234, "000,000", "001,234"),
    (-5, "#,##0_);(#,##0)", "(5)"),
    (-5, "#,##0_);[Red](#,##0)", "(5)"),
    (5, "#,##0_);[Red](#,##0)", "5"),
    (0, '0;-0;"none"', None),
    (0, "0.0;-0.0;0", "0"),
    (0.5, "#.##", ".5"),
    (5, "0.##", "5."),
    (1234567, '#,##0.0,,"M"', "1.2M"),
    (12345, "0.00E+00", "1.23E+04"),
    (9999, "0.00E+00", "1.00E+04"),
    (0.5, "# ?/?", None),
    (5, "[>3]0", None),
    (1234567890, r"000\-0000", None),
    (7, 'General" kg"', "7 kg"),
    (7, "", None),
    (7, ";;;", None),
    (7, '"hidden"', None),
    (7, "[DBNum1]0", None),
]


@pytest.mark.parametrize(("value", "code", "shown"), SHOWN)
def test_a_number_is_shown_by_its_code_or_not_at_all(
    value: float, code: str, shown: str | None
) -> None:
    assert show_number(value, code) == shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (7, "7"),
        (0.1 + 0.2, "0.3"),
        (686.98, "686.98"),
        (1e20, "1E+20"),
        (123456789012345678, "123456789012345678"),
        (-0.5, "-0.5"),
    ],
)
def test_a_number_without_a_code_keeps_the_digits_that_a_sheet_keeps(
    value: float, written: str
) -> None:
    assert write_number(value) == written
