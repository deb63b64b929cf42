"""Ports on the loopback address."""

import random
import socket

from services.cli.terminal.error import PortTaken

HOST = "127.0.0.1"
# Below the range from which clients' own ports come. In that range, a client that reconnects to
# a server that is down can be given the very port it calls, and then holds it (a self-connect).
FREE_PORTS = range(20_000, 32_000)


class PortPicker:
    """Gives out the ports of one stack, none of them twice."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def claim(self, port: int, option: str) -> int:
        """Return the port if nothing listens on it; for 0, a free one.

        Args:
            option: The command line option that sets it, for the error.

        Raises:
            PortTaken: Something listens there, or it was given out before.
        """
        if port == 0:
            return self.pick()
        if port in self._given or not is_free(port):
            raise PortTaken(
                f"port {port} is taken: stop what listens on it, or choose another with"
                f" {option} (0 takes a free one)"
            )
        self._given.add(port)
        return port

    def pick(self) -> int:
        port = next(port for port in _shuffled_ports() if port not in self._given and is_free(port))
        self._given.add(port)
        return port


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
