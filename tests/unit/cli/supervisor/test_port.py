"""Ports on the loopback address."""

import socket

import pytest

from services.cli.supervisor.port import FREE_PORTS, HOST, PortPicker
from services.cli.terminal.error import PortTaken


def test_zero_takes_a_free_one_that_no_client_is_given() -> None:
    assert PortPicker().claim(0, "--port") in FREE_PORTS


def test_a_port_somebody_listens_on_is_refused_with_what_to_do() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} is taken.*--kafka-port"):
            PortPicker().claim(port, "--kafka-port")


def test_no_port_is_given_out_twice() -> None:
    picker = PortPicker()
    assert len({picker.claim(0, "--port") for _ in range(50)}) == 50


def test_one_port_asked_for_twice_is_refused() -> None:
    picker = PortPicker()
    port = picker.claim(PortPicker().pick(), "--kafka-port")
    with pytest.raises(PortTaken):
        picker.claim(port, "--gateway-port")
