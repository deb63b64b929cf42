"""Ports on the loopback address."""

import random
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress

import psutil

from services.cli.supervisor.environment import inherited_env
from services.cli.terminal.error import PortTaken

HOST = "127.0.0.1"
# Below the range from which clients' own ports come. In that range, a client that reconnects to
# a server that is down can be given the very port it calls, and then holds it (a self-connect).
FREE_PORTS = range(20_000, 32_000)


class PortPicker:
    """Gives out the ports of one stack, none of them twice."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def claim(self, asked: Mapping[str, int]) -> dict[str, int]:
        """Return these ports if nothing listens on any of them; for 0, a free one.

        Args:
            asked: The ports by the command line option that sets each, for the error.

        Raises:
            PortTaken: Something listens on some, all of which are named, or two are the same.
        """
        fixed = {option: port for option, port in asked.items() if port}
        for port, options in _group(fixed).items():
            if len(options) > 1 or port in self._given:
                raise PortTaken(f"port {port} is asked for twice: {_choose(options)}")
        taken = {option: port for option, port in fixed.items() if not is_free(port)}
        if taken:
            told = ", ".join(f"port {port} is taken{_say_holder(port)}" for port in taken.values())
            raise PortTaken(f"{told}: stop what listens there, or {_choose(taken)}")
        self._given.update(fixed.values())
        return {option: port or self.pick() for option, port in asked.items()}

    def pick(self) -> int:
        port = next(port for port in _shuffled_ports() if port not in self._given and is_free(port))
        self._given.add(port)
        return port


def _group(ports: Mapping[str, int]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for option, port in ports.items():
        groups.setdefault(port, []).append(option)
    return groups


def _choose(options: Iterable[str]) -> str:
    free = " ".join(f"{option} 0" for option in options)
    given = f'ARGS="{free}"' if "MAKELEVEL" in inherited_env() else free
    return f"choose another with {given} (0 takes a free one)"


def _say_holder(port: int) -> str:
    """Who listens on a port, as far as this user may know."""
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            is_listening = connection.status == psutil.CONN_LISTEN
            if is_listening and port in connection.laddr and connection.pid:
                return f" by {psutil.Process(connection.pid).name()}, process {connection.pid}"
    return ""


def _shuffled_ports() -> list[int]:
    return random.sample(FREE_PORTS, len(FREE_PORTS))


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True
