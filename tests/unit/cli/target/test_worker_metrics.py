"""Why workers of a stack are parked, as they say."""

import os
from pathlib import Path

from services.cli.stack.stack_file import RunningProcess, Stack, StackBroker
from services.cli.supervisor.port import PortPicker
from services.cli.target.target import Target
from services.cli.target.worker_metrics import read_reasons
from services.telemetry.health import serve_health


def test_only_an_agent_that_is_parked_says_why() -> None:
    ports = PortPicker()
    addresses = {name: ports.pick() for name in ("table-agent", "row-agent", "gateway")}
    processes = tuple(
        RunningProcess(name=name, pid=os.getpid(), address=f"127.0.0.1:{port}")
        for name, port in addresses.items()
    )
    broker = StackBroker(bootstrap_servers="127.0.0.1:9", embedded=True)
    stack = Stack(pid=os.getpid(), broker=broker, is_ready=True, processes=processes)

    def parked() -> tuple[bool, dict[str, object]]:
        return True, {"parked": "down", "probeInS": 1}

    def well() -> tuple[bool, dict[str, object]]:
        return True, {"parked": None, "probeInS": None}

    with (
        serve_health("127.0.0.1", addresses["table-agent"], parked, parked),
        serve_health("127.0.0.1", addresses["row-agent"], well, well),
        serve_health("127.0.0.1", addresses["gateway"], parked, parked),
    ):
        assert read_reasons(Target(Path("/data"), stack, None, "")) == {"table-agent": "down"}
    assert read_reasons(Target(Path("/data"), None, None, "")) == {}
