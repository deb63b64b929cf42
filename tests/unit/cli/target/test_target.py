"""Which stack a command talks to."""

import os
from pathlib import Path

import click
import pytest

from services.cli.stack.running_stacks import RunningStacks
from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.target.keys import find_database
from services.cli.target.target import DEFAULT_URL, find_target
from services.cli.terminal.error import CliError


class Machine:
    """A folder tree with stacks that run, and the user's list of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.running = RunningStacks(root / "list")

    def stack(self, folder: str, port: int, pid: int | None = None) -> Path:
        data_dir = self.root / folder
        data_dir.mkdir(parents=True, exist_ok=True)
        stack = Stack(
            pid=pid or os.getpid(),
            broker=StackBroker(bootstrap_servers=f"127.0.0.1:{port + 1}", embedded=True),
            processes=(RunningProcess(name="gateway", pid=1, address=f"127.0.0.1:{port}"),),
        )
        (data_dir / "stack.json").write_text(stack.model_dump_json())
        return data_dir

    def find(self, folder: str = "", **named: object) -> str:
        here = self.root / folder
        here.mkdir(parents=True, exist_ok=True)
        return find_target(working_dir=here, running=self.running, **named).url  # type: ignore[arg-type]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_with_nothing_running_it_is_the_default(machine: Machine) -> None:
    assert machine.find("empty") == DEFAULT_URL


def test_the_stack_of_a_folder_is_found_from_below_it(machine: Machine) -> None:
    machine.stack("project/.brainshare", 18000)
    assert machine.find("project/deep/below") == "http://127.0.0.1:18000"


def test_a_stack_that_has_died_is_not_taken(machine: Machine) -> None:
    machine.stack("project/.brainshare", 18000, pid=2**22 - 1)
    assert machine.find("project") == DEFAULT_URL


def test_the_only_stack_that_runs_is_found_from_any_folder(machine: Machine) -> None:
    data_dir = machine.stack("far away/data ü", 18000)
    with machine.running.noted(data_dir):
        assert machine.find("elsewhere") == "http://127.0.0.1:18000"
    assert machine.find("elsewhere") == DEFAULT_URL


@pytest.mark.parametrize(("folder", "is_elsewhere"), [("far", False), ("near", True)])
def test_a_stack_of_another_folder_is_known_to_be_elsewhere(
    machine: Machine, folder: str, is_elsewhere: bool
) -> None:
    data_dir = machine.stack("far/.brainshare", 18000)
    (machine.root / folder / ".brainshare").mkdir(parents=True, exist_ok=True)
    with machine.running.noted(data_dir):
        found = find_target(working_dir=machine.root / folder, running=machine.running)
    assert (found.data_dir, found.is_elsewhere) == (data_dir, is_elsewhere)


def test_of_several_none_is_guessed(machine: Machine) -> None:
    first, second = machine.stack("a", 18000), machine.stack("b", 19000)
    with machine.running.noted(first), machine.running.noted(second):
        with pytest.raises(CliError, match=r"2 stacks run .*--data-dir or --url"):
            machine.find("elsewhere")
        assert machine.find("elsewhere", data_dir=second) == "http://127.0.0.1:19000"
        assert machine.find("elsewhere", url="http://10.0.0.1") == "http://10.0.0.1"


def test_an_option_wins_over_a_setting_and_a_setting_over_what_runs(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.stack(".brainshare", 18000)
    monkeypatch.setenv("BRAINSHARE_URL", "https://set.example/")
    assert machine.find() == "https://set.example"
    assert machine.find(url="http://option") == "http://option"


def test_the_broker_is_that_of_the_stack_whose_gateway_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of another stack, too: what is asked of both must mean one."""
    machine.stack("one/.brainshare", 18000)
    second = machine.stack("two/.brainshare", 19000)
    monkeypatch.setenv("BRAINSHARE_URL", "http://localhost:19000")
    with machine.running.noted(second):
        found = find_target(working_dir=machine.root / "one", running=machine.running)
    assert (found.data_dir, found.servers) == (second, "127.0.0.1:19001")
    assert found.why == f"BRAINSHARE_URL, the gateway of the stack in {second}"
    assert found.shown_broker == f"127.0.0.1:19001 (of the stack in {second})"


@pytest.mark.parametrize("url", ["http://10.0.0.1:8000", "http://127.0.0.1", "https://set.example"])
def test_of_a_gateway_that_is_no_stack_s_broker_and_database_are_not_guessed(
    machine: Machine, url: str
) -> None:
    machine.stack("one/.brainshare", 18000)
    found = find_target(url, working_dir=machine.root / "one", running=machine.running)
    with pytest.raises(CliError, match=r"broker is not known: name it with KAFKA_BOOTSTRAP_"):
        _ = found.servers
    with pytest.raises(CliError, match=r"database is not known: name it with DATABASE_URL"):
        find_database(found)
    assert found.shown_broker == "not known"


def test_a_broker_that_is_named_is_taken_whatever_gateway_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    found = find_target("http://10.0.0.1", working_dir=machine.root, running=machine.running)
    assert found.shown_broker == "kafka:9092 (KAFKA_BOOTSTRAP_SERVERS)"


def test_a_folder_by_option_wins_over_a_url_by_setting(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAINSHARE_URL", "http://127.0.0.1:19000")
    data_dir = machine.stack("a", 18000)
    assert machine.find(data_dir=data_dir) == "http://127.0.0.1:18000"


def test_the_list_is_read_whatever_encoding_this_machine_has(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = machine.stack("Jürgen/data", 18000)

    def read_as_ascii(*_: object, **__: object) -> str:
        raise UnicodeDecodeError("ascii", b"\xc3", 0, 1, "ordinal not in range(128)")

    monkeypatch.setattr(Path, "read_text", read_as_ascii)
    with machine.running.noted(data_dir):
        assert machine.running.data_dirs() == [data_dir]


def test_an_empty_setting_is_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAINSHARE_URL", "")
    assert machine.find("empty") == DEFAULT_URL


@pytest.mark.parametrize("url", ["localhost:18300", "ftp://x", "http://", ":"])
def test_what_is_no_address_is_refused_with_how_to_write_it(machine: Machine, url: str) -> None:
    with pytest.raises(click.UsageError, match=r"--url is .*: write http://"):
        machine.find(url=url)


def test_a_stack_s_broker_is_its_own(machine: Machine) -> None:
    data_dir = machine.stack("a", 18000)
    assert find_target(data_dir=data_dir).servers == "127.0.0.1:18001"


def test_a_list_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    running = RunningStacks(tmp_path / "file" / "below")
    with running.noted(tmp_path):
        assert running.data_dirs() == []
