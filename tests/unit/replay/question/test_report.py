"""A comparison is handed out as a page shows it, and as the files that the command writes."""

import pickle

import pytest

from services.replay.question.compare import CompareQuestion
from services.replay.question.report import ReportForm, show, write
from services.replay.report.comparison_csv import write_comparison
from services.replay.report.page import write_page
from tests.unit.replay.comparison.pairs import compare_beside_control
from tests.unit.replay.comparison.test_comparison import make_trial


def test_a_page_shows_what_programs_read_and_the_worst_cases_beside_it() -> None:
    found = compare_beside_control(worse=30)
    asked = CompareQuestion(found.manifest.to_json(), 2, None, "worse>2%")
    shown = show(found, [], asked, "/jobs")
    assert pickle.loads(pickle.dumps(shown)) == shown
    assert shown.told["all"]["n"] == 100
    assert shown.told["failures"] == ["worse>2%: worse is 30.0%"]
    assert shown.calls == ("outside of the noise: column fewer same, column more worse",)
    assert shown.cases.count("<article>") == 2


def test_what_makes_it_say_less_is_told() -> None:
    found = make_trial().compare()
    lost = [job.job_id for job in found.manifest.jobs[:2]]
    shown = show(found, lost, CompareQuestion(found.manifest.to_json(), 0), "/jobs")
    assert len(shown.warnings) == 1
    assert "of 2 jobs the answers of before are not kept any more" in shown.warnings[0]
    assert (shown.calls, shown.cases, shown.told["failures"]) == ((), "", None)


@pytest.mark.parametrize("form", ReportForm)
def test_a_file_is_the_one_that_the_command_writes(form: ReportForm) -> None:
    found = make_trial().compare()
    files = {ReportForm.CSV: write_comparison(found), ReportForm.HTML: write_page(found, [], 2)}
    assert write(found, [], 2, form) == files[form]
