"""Runs the embedded Kafka alone, in the foreground, until SIGTERM or Ctrl-C."""

import asyncio
from pathlib import Path

import click

from services.cli.broker.kafka import KafkaBroker, prepare_broker
from services.cli.supervisor.data_dir import lock_data_dir
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.port import PortPicker
from services.cli.supervisor.supervisor import Supervisor
from services.cli.terminal.error import CliError, error_line
from services.cli.terminal.interrupt import run_until_interrupt


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--port", "--kafka-port", type=click.IntRange(0, 65535), default=9092)
def main(data_dir: Path, port: int) -> None:
    """Run the embedded Kafka alone, until SIGTERM or Ctrl-C."""
    try:
        with lock_data_dir(data_dir):
            picker = PortPicker()
            (own,) = picker.claim({"--port": port}).values()
            broker = prepare_broker(data_dir, own, picker.pick())
            asyncio.run(_run(broker))
    except CliError as error:
        click.echo(error_line(error), err=True)
        raise SystemExit(error.exit_code) from error


async def _run(broker: KafkaBroker) -> None:
    async with Supervisor(broker.data_dir / "log", inherited_env(), _say) as supervisor:
        await run_until_interrupt(_serve(broker, supervisor), supervisor.hurry)


async def _serve(broker: KafkaBroker, supervisor: Supervisor) -> int:
    await supervisor.start([broker.spec()])
    click.echo(f"kafka ready on {broker.address}")
    await asyncio.Event().wait()
    return 0


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
