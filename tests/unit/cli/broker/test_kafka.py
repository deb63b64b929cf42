"""A broker's storage is made, or it is said what is in its way; no process of Kafka runs here."""

import os
from pathlib import Path

import pytest

from services.cli.broker import kafka
from services.cli.broker.kafka import KafkaBroker
from services.cli.terminal.error import BrokerFailed


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KafkaBroker:
    """One whose format makes a folder, as Kafka's does."""

    def format_storage(_: object, folder: Path, __: object) -> None:
        (folder / "kafka.unfinished").mkdir()

    monkeypatch.setattr(kafka, "format_storage", format_storage)
    return KafkaBroker(tmp_path, 9092, 9093, ())


def test_other_files_in_its_place_are_told_as_such(broker: KafkaBroker) -> None:
    (broker.data_dir / "kafka").mkdir()
    (broker.data_dir / "kafka" / "letter.txt").touch()
    with pytest.raises(BrokerFailed, match=r"kafka holds files but no Kafka storage: move it away"):
        broker.prepare()


@pytest.mark.parametrize(
    ("number", "told"),
    [(28, "its disk is full"), (13, "this user may not do that"), (2, "no such file or folder")],
)
def test_any_other_error_is_told_as_itself(
    broker: KafkaBroker, number: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(BrokerFailed, match=rf"kafka\.unfinished cannot be renamed to .*: {told}$"):
        broker.prepare()


@pytest.mark.parametrize("name", ["my clone ü", "a, b", "back\\slash", "100% of José's"])
def test_no_path_of_the_machine_is_in_its_settings(
    name: str, tmp_path: Path, broker: KafkaBroker
) -> None:
    """Its settings file is Latin-1 to Kafka, and a comma in it ends a path."""
    folder = tmp_path / name
    folder.mkdir()
    odd = KafkaBroker(folder, broker.port, broker.controller_port, broker.classpath)
    odd.prepare()
    settings = (folder / "server.properties").read_text(encoding="utf-8")
    assert settings.isascii()
    assert name not in settings
    assert odd.spec().folder == folder
