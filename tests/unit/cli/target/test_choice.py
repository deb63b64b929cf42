"""What changes something takes no stack of elsewhere; what reads logs, those of here first."""

import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psutil
import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.target.choice import find_kept
from tests.unit.cli.target.test_target import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One whose working folder is `here`, and on which a signal that is sent fails the test."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(click, "get_app_dir", lambda _: str(tmp_path / "list"))
    monkeypatch.setattr(psutil.Process, "send_signal", _fail)
    made = Machine(tmp_path)
    made.running = type(made.running)(tmp_path / "list" / "stacks")
    return made


def _fail(_: psutil.Process, number: signal.Signals) -> None:
    pytest.fail(f"{number} was sent")


@pytest.fixture
def elsewhere(machine: Machine) -> Iterator[Path]:
    """The only stack that runs, in a folder whose name a shell would take apart."""
    data_dir = machine.stack("another's/.brainshare", 18000)
    with machine.running.noted(data_dir):
        yield data_dir


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split(), prog_name="brainshare")


ACTS = (
    "cancel last",
    "retry last --watch",
    "delete last --yes",
    "rerun last --from column",
    "bulk begin cancel --status running --from 2h --yes",
    "bulk stop 0b5d4e1e",
    "dead-letters redrive last",
    "errors mute 0b5d4e1e8f3c",
    "webhooks delete 0b5d4e1e8f3c",
    "limits unset acme",
)


@pytest.mark.parametrize("line", ["down", "restart gateway", *ACTS])
@pytest.mark.parametrize("has_stopped_here", [False, True])
def test_a_stack_of_another_folder_is_not_changed_but_told_with_the_line_that_would(
    line: str, has_stopped_here: bool, elsewhere: Path, machine: Machine
) -> None:
    here = machine.root / "here" / ".brainshare"
    if has_stopped_here:
        here.mkdir()
    done = run(line)
    meant = f"brainshare {line} --data-dir {shlex.quote(str(elsewhere))}"
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        f"error: no stack runs in {here}; one runs in {elsewhere}: if that is meant, `{meant}`\n",
    )


def test_whatever_stands_in_the_log_of_acts_is_of_a_stack_that_is_meant() -> None:
    found = dict(list_commands(main, click.Context(main)))
    acts = {name: one for name, one in found.items() if "reason" in one}
    assert {"cancel", "bulk begin", "replay abort"} <= acts.keys()
    told = {name: str(options["data_dir"].help) for name, options in acts.items()}
    assert [name for name, said in told.items() if "the one that runs" in said] == []
    assert "the one that runs" in str(found["status"]["data_dir"].help)


def list_commands(
    group: click.Group, context: click.Context, at: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each command by the words that it is called by, with its options."""
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from list_commands(found, context, f"{at}{name} ")
        else:
            yield f"{at}{name}", {str(option.name): option for option in found.params}


@pytest.mark.parametrize("line", ["down", "restart gateway"])
def test_a_gateway_of_no_stack_here_ends_none_of_here(line: str, machine: Machine) -> None:
    here = machine.stack("here/.brainshare", 18000)
    done = run(f"{line} --url http://10.0.0.1")
    assert (done.exit_code, done.stderr) == (
        1,
        "error: no stack that runs here has the gateway http://10.0.0.1 (--url); one runs in"
        f" {here}: if that is meant, `brainshare {line} --data-dir {here}`\n",
    )


@pytest.mark.parametrize("more", ["", " -v"])
def test_logs_of_a_stack_that_ran_here_are_read_and_no_other_s(
    more: str, elsewhere: Path, machine: Machine
) -> None:
    for data_dir, said in ((elsewhere, "theirs"), (machine.root / "here/.brainshare", "ours")):
        (data_dir / "log").mkdir(parents=True)
        (data_dir / "log" / "gateway.log").write_text(f"{said}\n")
    done = run(f"logs gateway{more}")
    assert (done.exit_code, done.stdout) == (0, "ours\n")


def test_where_none_ran_the_one_that_runs_is_read(elsewhere: Path, machine: Machine) -> None:
    assert find_kept(None, None).data_dir == elsewhere


def test_a_stack_that_is_named_is_read_wherever_another_ran(
    elsewhere: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine.root / "here/.brainshare/log").mkdir(parents=True)
    (machine.root / "here/.brainshare/log/gateway.log").touch()
    assert find_kept("http://127.0.0.1:18000", None).data_dir == elsewhere
    assert find_kept(None, elsewhere).data_dir == elsewhere
    monkeypatch.setenv("BRAINSHARE_URL", "http://127.0.0.1:18000")
    assert find_kept(None, None).data_dir == elsewhere
