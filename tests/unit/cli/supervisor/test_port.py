"""Ports on the loopback address."""

import os
import socket

import pytest

from services.cli.supervisor.port import FREE_PORTS, HOST, PortPicker
from services.cli.terminal.error import PortTaken


def test_zero_takes_a_free_one_that_no_client_is_given() -> None:
    assert PortPicker().claim({"--port": 0})["--port"] in FREE_PORTS


def test_every_port_that_is_taken_is_told_at_once_with_who_holds_it_and_what_to_do() -> None:
    with socket.create_server((HOST, 0)) as first, socket.create_server((HOST, 0)) as second:
        kafka, gateway = (listener.getsockname()[1] for listener in (first, second))
        holder = rf"is taken by \S+, process {os.getpid()}"
        both = rf"port {kafka} {holder}, port {gateway} {holder}: .*--kafka-port 0 --gateway-port 0"
        with pytest.raises(PortTaken, match=both):
            PortPicker().claim({"--kafka-port": kafka, "--gateway-port": gateway, "--demo-port": 0})


def test_under_make_the_way_to_choose_another_is_the_way_of_make(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAKELEVEL", "1")
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match='ARGS="--kafka-port 0"'):
            PortPicker().claim({"--kafka-port": port})


def test_no_port_is_given_out_twice() -> None:
    picker = PortPicker()
    assert len({picker.claim({"--port": 0})["--port"] for _ in range(50)}) == 50


def test_one_port_asked_for_twice_is_refused() -> None:
    port = PortPicker().pick()
    with pytest.raises(PortTaken, match=f"port {port} is asked for twice"):
        PortPicker().claim({"--kafka-port": port, "--gateway-port": port})


def test_one_port_that_was_given_out_before_is_refused() -> None:
    picker = PortPicker()
    with pytest.raises(PortTaken, match="asked for twice"):
        picker.claim({"--gateway-port": picker.pick()})
