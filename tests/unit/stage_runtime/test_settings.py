"""What a worker is called."""

import re
import socket

import pytest

from services.stage_runtime.settings import StageSettings


def test_a_worker_that_is_named_keeps_its_name() -> None:
    assert StageSettings(instance_id="w-7").name_worker("row") == "w-7"


@pytest.mark.parametrize("host", ["one.example", "TWO", "x" * 200, "a_b c"])
def test_a_worker_without_a_name_is_called_by_stage_and_host(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    name = StageSettings().name_worker("row")
    assert re.fullmatch(r"row-agent-[a-z0-9-]{1,40}", name)


def test_workers_of_two_hosts_have_two_names(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = iter(["pod-0", "pod-1"])
    monkeypatch.setattr(socket, "gethostname", lambda: next(hosts))
    names = {StageSettings().name_worker("row") for _ in range(2)}
    assert names == {"row-agent-pod-0", "row-agent-pod-1"}
