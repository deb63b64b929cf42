"""Pages ask the stores that other tests hold to both databases: here one is enough."""

from pathlib import Path
from shutil import copy

import pytest


@pytest.fixture
def database_url(sqlite_tables: Path, tmp_path: Path) -> str:
    """The URL of empty tables in a file."""
    copy(sqlite_tables, tmp_path / "gateway.db")
    return f"sqlite:///{tmp_path}/gateway.db"
