"""Ctrl-C while files are sent: what was sent, what may have been, and how to look."""

import pytest

from services.cli.request.sent import Sent
from services.cli.terminal.error import Interrupted, error_line


def press(sent: Sent, under_way: str | None) -> None:
    if under_way is None:
        raise KeyboardInterrupt
    with sent.sending(under_way, "my-key"):
        raise Interrupted("interrupted: the gateway had not answered yet")


def told(*job_ids: str, under_way: str | None = None) -> str:
    sent = Sent()
    for job_id in job_ids:
        sent.note(job_id)
    with pytest.raises(Interrupted) as ended, sent.telling():
        press(sent, under_way)
    assert ended.value.exit_code == 130
    return error_line(ended.value)


def test_before_the_first_one_nothing_was_sent() -> None:
    assert told() == "interrupted: nothing was sent"


def test_jobs_that_were_taken_are_named_and_go_on() -> None:
    assert told("a1b2") == (
        "interrupted: sent were a1b2, and it goes on: `brainshare watch ID` shows how,"
        " `brainshare cancel ID` stops"
    )
    assert "sent were a, b, c, d, e and 1 more, and they go on" in told(*"abcdef")


def test_of_one_under_way_it_is_told_how_it_can_be_sent_again() -> None:
    assert told(under_way="b.csv") == (
        "interrupted: it is not known whether b.csv was taken: `brainshare status` lists the jobs,"
        " and sent again with --key my-key it is the same job; nothing else was sent"
    )


def test_of_one_that_was_refused_nothing_is_under_way() -> None:
    sent = Sent()
    with pytest.raises(ValueError, match="refused"), sent.sending("a.csv", None):
        raise ValueError("refused")
    with pytest.raises(Interrupted, match="nothing was sent"), sent.telling():
        raise KeyboardInterrupt
