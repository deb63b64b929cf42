"""One process at a time."""

import os
from pathlib import Path

import pytest

from services.lifecycle.lock import LockHeldError, hold_lock


def test_a_lock_that_is_held_says_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "new" / "worker.lock"
    with hold_lock(path), pytest.raises(LockHeldError) as refused, hold_lock(path):
        pass
    assert refused.value.holder == str(os.getpid())
    assert str(path) in str(refused.value)


def test_a_lock_that_was_left_can_be_held_again(tmp_path: Path) -> None:
    for _ in range(2):
        with hold_lock(tmp_path / "worker.lock"):
            pass
