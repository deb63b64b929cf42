"""`brainshare clean` frees what a stack has left, and nothing else, and only when it is told to."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.__main__ import main
from services.cli.stack.running_stacks import RunningStacks
from services.cli.stack.stack_file import Stack, StackBroker
from services.lifecycle.lock import hold_lock

MIB = 1024 * 1024


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a stack that has run."""
    folder = tmp_path / "dä ta"
    for name in ("kafka/job.events-0", "log", "table-agent", "row-agent-2", "model", "jars"):
        (folder / name).mkdir(parents=True)
    (folder / "kafka/job.events-0/00.log").write_bytes(bytes(3 * MIB))
    (folder / "log/gateway.log").write_bytes(bytes(MIB))
    for name in ("gateway.db", "gateway.db-wal", "server.properties", "lock"):
        (folder / name).write_bytes(b"x")
    return folder


def clean(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["clean", "--data-dir", str(folder), *arguments])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def test_it_says_what_would_be_free_and_frees_nothing(left: Path) -> None:
    before = names(left)
    said = clean(left)
    assert said.exit_code == 0
    first, *items = said.stdout.splitlines()
    assert first == f"in {left}:"
    assert "   3.0 MiB  kafka              the records of all jobs" in items
    assert "       1 B  server.properties  settings of the embedded Kafka" in items
    assert str(left) not in "".join(items)
    assert said.stderr == "4.0 MiB would be free, and all jobs gone: add --yes\n"
    assert names(left) == before


def test_it_frees_all_of_it_when_it_is_told_to(left: Path) -> None:
    done = clean(left, "--yes")
    assert (done.exit_code, done.stderr) == (0, "4.0 MiB are free again\n")
    assert done.stdout.splitlines()[0] == f"removed from {left}:"
    assert not left.exists()


def test_what_is_small_is_told_in_small_units(left: Path) -> None:
    (left / "gateway.db").write_bytes(bytes(70_000))
    assert "    68 KiB  gateway.db" in clean(left).stdout


@pytest.mark.parametrize("is_told", [False, True])
def test_programs_are_told_in_bytes(left: Path, is_told: bool) -> None:
    told = json.loads(clean(left, "--json", *(["--yes"] if is_told else [])).stdout)
    assert (told["dataDir"], told["isRemoved"]) == (str(left), is_told)
    sizes = {Path(item["path"]).name: item["bytes"] for item in told["items"]}
    assert (sizes["kafka"], sizes["log"]) == (3 * MIB, MIB)
    assert told["bytes"] == sum(sizes.values())
    assert left.exists() is not is_told


def test_what_is_somebody_else_s_stays(left: Path, tmp_path: Path) -> None:
    (left / "notes.txt").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/table.csv").write_text("mine")
    (left / "table-agent").rmdir()
    (left / "table-agent").symlink_to(tmp_path / "elsewhere")
    done = clean(left, "--yes")
    assert "stays: notes.txt in it is nothing of a stack's" in done.stderr
    assert names(left) == {"notes.txt"}
    assert (tmp_path / "elsewhere/table.csv").read_text() == "mine"


def test_a_running_stack_is_not_touched(left: Path) -> None:
    broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
    (left / "stack.json").write_text(Stack(pid=os.getpid(), broker=broker).model_dump_json())
    refused = clean(left, "--yes")
    assert refused.exit_code == 1
    assert f"(process {os.getpid()}): `brainshare down` stops it" in refused.stderr
    assert "kafka" in names(left)


def test_a_folder_that_somebody_holds_is_not_touched(left: Path) -> None:
    with hold_lock(left / "lock"):
        refused = clean(left, "--yes")
    assert (refused.exit_code, "already runs in" in refused.stderr) == (4, True)
    assert "kafka" in names(left)


def test_a_folder_in_which_no_stack_has_run_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "kafka").mkdir()
    assert "no stack has run in" in clean(tmp_path, "--yes").stderr
    assert names(tmp_path) == {"log", "kafka"}
    assert "there is no data folder" in clean(tmp_path / "none", "--yes").stderr


def test_what_is_meant_is_here_or_above_and_never_elsewhere(
    left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BRAINSHARE_DATA_DIR", raising=False)
    with RunningStacks().noted(left):
        (tmp_path / "project/below").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / "project/below")
        assert "there is no data folder" in CliRunner().invoke(main, ["clean", "--yes"]).stderr
        left.rename(tmp_path / "project/.brainshare")
        assert CliRunner().invoke(main, ["clean", "--yes"]).exit_code == 0
    assert not (tmp_path / "project/.brainshare").exists()


def test_what_cannot_be_removed_is_told(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, **_: object) -> None:
        raise OSError(13, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", fail)
    refused = clean(left, "--yes")
    assert refused.exit_code == 1
    assert "kafka cannot be removed: this user may not do that" in refused.stderr
