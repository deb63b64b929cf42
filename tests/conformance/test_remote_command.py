"""Every command that asks a gateway works with one elsewhere that asks for a key."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from tests.conformance.gateway import listening_gateway
from tests.stack import wait_until

WAIT_S = 30.0
JOB_ID = re.compile(r'"jobId":"([^"]+)"')

Run = Callable[..., Result]

READS = (
    ("status",),
    ("status", "last"),
    ("watch", "{done}"),
    ("jobs", "list", "--table", "tbl_1"),
    ("dead-letters", "list"),
    ("dead-letters", "groups"),
    ("dead-letters", "show", "{failed}"),
    ("result", "{done}"),
    ("result", "{done}", "--json"),
    ("bulk", "list"),
    ("bulk", "begin", "retry", "--preview"),
    ("limits", "list"),
    ("limits", "show", "acme"),
    ("keys", "list"),
    ("acts",),
    ("explain",),
    ("errors", "list"),
    ("family", "{done}"),
    ("webhooks", "list"),
)
ACTS = (
    ("cancel", "{running}", "--reason", "a test"),
    ("retry", "{failed}", "--reason", "a test"),
    ("dead-letters", "redrive", "--all", "--dry-run"),
    ("bulk", "begin", "cancel", "--yes", "--tag", "none"),
    ("limits", "set", "acme", "--open-jobs", "5"),
    ("limits", "unset", "acme"),
    ("keys", "create", "a page"),
    ("webhooks", "create", "https://app.example/hook"),
    ("delete", "{done}", "--yes"),
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Runs a command of `brainshare`, on a machine where no stack runs."""
    monkeypatch.chdir(tmp_path)
    with listening_gateway("sqlite", is_keyed=True) as (url, key):
        monkeypatch.setenv("BRAINSHARE_URL", url)
        monkeypatch.setenv("BRAINSHARE_API_KEY", str(key))
        yield lambda *said: CliRunner().invoke(main, said)


def submit(run: Run, *said: str) -> str:
    told = run("submit", "Planets", "--json", *said)
    assert told.exit_code == 0, told.output
    job_id: str = JOB_ID.findall(told.stdout)[0]  # between what the gateway logs
    return job_id


@pytest.mark.timeout(300)
def test_every_command_sends_the_key_to_the_gateway_that_is_named(run: Run) -> None:
    # Of four jobs the stages complete the first two; the third fails and the fourth goes on.
    done, _, failed, running = (submit(run) for _ in range(4))
    wait_until(lambda: "failed" in run("status", failed).output, WAIT_S, "it has failed")
    of = {"done": done, "failed": failed, "running": running}
    for said in (*READS, *ACTS):
        told = run(*(word.format_map(of) for word in said))
        assert told.exit_code in (0, 10), (said, told.output)


@pytest.mark.timeout(120)
def test_without_a_key_every_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRAINSHARE_API_KEY")
    for said in (("status",), ("explain",), ("keys", "list"), ("bulk", "list"), ("acts",)):
        told = run(*said)
        assert (told.exit_code, "BRAINSHARE_API_KEY" in told.output) == (9, True), told.output
