"""`brainshare submit`: posts requests."""

from typing import BinaryIO

import click

from services.cli.client.gateway import connect
from services.cli.client.settings import ClientSettings
from services.cli.command.watch import watch_job


@click.command("submit")
@click.argument("files", type=click.File("rb"), nargs=-1, required=True, metavar="FILE...|-")
@click.option("--watch", "is_watched", is_flag=True, help="Watch each job until it has ended.")
def command(files: tuple[BinaryIO, ...], is_watched: bool) -> None:
    """Post the request in each FILE (- reads standard input) and print the job ids."""
    with connect(ClientSettings().url) as gateway:
        for file in files:
            job = gateway.submit(file.read())
            click.echo(str(job.job_id))
            if is_watched:
                watch_job(gateway, str(job.job_id))
