"""stack.json."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.stack.stack_file import Stack, StackBroker, StackFile, StackModel, load_stack
from services.cli.supervisor.service import Service
from services.cli.supervisor.spec import ServiceSpec
from services.cli.terminal.error import CliError

BROKER = StackBroker(bootstrap_servers="127.0.0.1:9092", embedded=True)
MODEL = StackModel(is_demo=True, finding="the demo model")


def make_service(name: str, pid: int | None, address: str | None = None) -> Service:
    spec = ServiceSpec(name, ("true",), {}, address=address)
    service = Service(spec, Path("unused.log"), {}, lambda _: None, lambda: None)
    service.pid = pid
    return service


def test_it_has_one_entry_for_each_started_process(tmp_path: Path) -> None:
    with StackFile(tmp_path, BROKER, MODEL) as file:
        file.write([make_service("kafka", 11, "127.0.0.1:9092"), make_service("gateway", None)])
        content = json.loads((tmp_path / "stack.json").read_text())
    assert content["broker"] == {"bootstrap_servers": "127.0.0.1:9092", "embedded": True}
    assert content["processes"] == [{"name": "kafka", "pid": 11, "address": "127.0.0.1:9092"}]


def test_what_is_written_can_be_loaded(tmp_path: Path) -> None:
    with StackFile(tmp_path, BROKER, MODEL) as file:
        file.write([make_service("gateway", 12, "127.0.0.1:8000")])
        loaded = load_stack(tmp_path)
    assert file.stack == loaded
    assert loaded is not None
    assert loaded.find_address("gateway") == "127.0.0.1:8000"
    assert loaded.find_address("kafka") is None


def test_a_clean_stop_removes_it(tmp_path: Path) -> None:
    with StackFile(tmp_path, BROKER, MODEL):
        assert load_stack(tmp_path) is not None
    assert load_stack(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_supervisor_is_gone_is_stale() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert Stack(pid=gone.pid, broker=BROKER).is_stale()


def test_the_file_of_a_living_supervisor_is_not_stale(tmp_path: Path) -> None:
    with StackFile(tmp_path, BROKER, MODEL) as file:
        assert not file.stack.is_stale()


def test_another_file_of_that_name_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text("[]")
    with pytest.raises(CliError, match="is not a stack file"):
        load_stack(tmp_path)


def test_a_folder_in_which_it_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "no"
    with (
        pytest.raises(CliError, match=r"stack\.json cannot be written: no such file or folder"),
        StackFile(missing, BROKER, MODEL),
    ):
        pass


def test_that_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    earlier = {"pid": 1, "broker": {"bootstrap_servers": "a:1", "embedded": True}}
    (tmp_path / "stack.json").write_text(json.dumps(earlier))
    loaded = load_stack(tmp_path)
    assert loaded is not None
    assert (loaded.started_at, loaded.is_ready) == (None, False)
