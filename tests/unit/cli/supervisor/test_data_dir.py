"""The lock on the data folder."""

import os
from pathlib import Path

import pytest

from services.cli.supervisor.data_dir import ask_restart, is_restart_asked, lock_data_dir
from services.cli.terminal.error import CliError, DataDirInUse


def test_a_second_stack_is_refused_and_told_the_first_ones_pid(tmp_path: Path) -> None:
    with (
        lock_data_dir(tmp_path / "data"),
        pytest.raises(DataDirInUse, match=f"pid {os.getpid()} already runs"),
        lock_data_dir(tmp_path / "data"),
    ):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_data_dir(tmp_path):
            pass


def test_a_file_in_the_folders_place_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with (
        pytest.raises(CliError, match="cannot use the data folder"),
        lock_data_dir(tmp_path / "data"),
    ):
        pass


def test_word_of_a_restart_is_of_one_process_and_told_once(tmp_path: Path) -> None:
    ask_restart(tmp_path, "agent", 7)
    assert [is_restart_asked(tmp_path, "agent", 7) for _ in range(2)] == [True, False]
    ask_restart(tmp_path, "agent", 7)
    assert not is_restart_asked(tmp_path, "agent", 8)
    ask_restart(tmp_path / "none", "agent", 7)
    assert not is_restart_asked(tmp_path / "none", "agent", 7)
