"""Run the demo server: `python -m services.demo_llm --port 8001`."""

import logging
import signal
import socket
from types import FrameType

import click
import uvicorn
from pydantic_core import to_json

from services.demo_llm.answer.engine import BANNER, load_knowledge
from services.demo_llm.app import DemoServer
from services.demo_llm.demo_model import DemoModel
from services.demo_llm.fault.draw import parse_odds
from services.demo_llm.fault.fault import UnknownFaultError
from services.demo_llm.fault.scenario import Scenario
from services.demo_llm.settings import DemoSettings

# uvicorn waits a little more than this for open answers; slower ones are told 503.
GRACE_S = 0

# uvicorn calls these errors; here they are what was asked for: a quick stop, a broken-off answer.
_EXPECTED = ("timeout graceful shutdown exceeded", "returned without completing response")


class AnnouncingServer(uvicorn.Server):
    """A server that says its address, on one line of JSON, as soon as it can be reached."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening and print the address."""
        await super().startup(sockets)
        for bound in sockets or ():
            host, port = bound.getsockname()[:2]
            url = f"http://{host}:{port}"
            line = {"action": "demo_llm_listening", "url": url, "baseUrl": f"{url}/v1"}
            click.echo(to_json(line).decode())


@click.command()
@click.option("--host", type=str, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@click.option("--latency-ms", type=click.FloatRange(0), help="The median time to an answer.")
@click.option("--faults", type=str, help="Faults from the start, such as 429:0.1,slips:0.02.")
def main(host: str | None, port: int | None, latency_ms: float | None, faults: str | None) -> None:
    """Serve an OpenAI-compatible API with canned demo data, without a key."""
    given = {"host": host, "port": port, "latency_ms": latency_ms, "faults": faults}
    serve(DemoSettings(**{name: value for name, value in given.items() if value is not None}))  # type: ignore[arg-type]


def serve(settings: DemoSettings) -> None:
    """Serve until SIGTERM or SIGINT, then return within a second."""
    click.echo(BANNER, err=True)
    model = DemoModel(load_knowledge(), _read_scenario(settings))
    config = uvicorn.Config(
        DemoServer(model).build_app(),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_unexpected)
    server = AnnouncingServer(config)

    def stop(signal_number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn raises the signal again when it has stopped; handled here, it is not a death by it.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run([_bind(settings)])


def _read_scenario(settings: DemoSettings) -> Scenario:
    try:
        return Scenario(latency_ms=settings.latency_ms, faults=parse_odds(settings.faults))
    except UnknownFaultError as error:
        raise click.ClickException(str(error)) from error


def _is_unexpected(record: logging.LogRecord) -> bool:
    return not any(words in str(record.msg) for words in _EXPECTED)


def _bind(settings: DemoSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        place = f"{settings.host}:{settings.port}"
        raise click.ClickException(
            f"cannot listen on {place} ({error.strerror}): take another port"
        ) from error
    return bound


if __name__ == "__main__":
    main()
