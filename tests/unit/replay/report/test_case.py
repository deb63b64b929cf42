"""The worst cases stand in another page: every cell is text, and each job leads to its page."""

import pytest

from services.replay.report.case import write_cases
from tests.unit.replay.comparison.pairs import compare
from tests.unit.replay.comparison.test_comparison import make_trial
from tests.unit.replay.past import job_id
from tests.unit.replay.report.test_page import HOSTILE, PLAIN, Reader

JOBS = "/console/jobs"


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_is_text(text: str) -> None:
    found = compare({"columns": [{"why": "before"}]}, {"columns": [{"why": text}]})
    reader = read(write_cases(found, 3, JOBS))
    assert set(reader.tags) <= {*PLAIN.tags, "a", "del", "ins"}
    assert text in reader.cells


def test_each_job_and_its_replay_lead_to_their_pages() -> None:
    found = compare({"columns": [{"why": "a"}]}, {"columns": [{"why": "b"}]})
    html = write_cases(found, 3, JOBS)
    for of in (job_id(1), found.manifest.replay_of(job_id(1))):
        assert f'<a href="{JOBS}/{of}">' in html


def test_so_many_are_shown_the_worst_first() -> None:
    html = write_cases(make_trial().compare(), 2, JOBS)
    assert [html.count("<article>"), html.index("failing") < html.index("changed")] == [2, True]
