"""`brainshare family`: which jobs came from which."""

import click

from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job
from services.cli.target.completion import complete_jobs
from services.cli.target.options import with_gateway
from services.cli.terminal.output import open_console, say
from services.cli.terminal.text import escape_json
from services.cli.view.family import print_family
from services.lifecycle.clock import utc_now


@click.command("family")
@click.argument("job_id", shell_complete=complete_jobs)
@click.option("--json", "as_json", is_flag=True, help="Print what the gateway answers.")
@with_gateway
def command(gateway: CommandClient, job_id: str, as_json: bool) -> None:
    """Show the jobs that JOB_ID came from and those that came of it: reruns and replays."""
    family = gateway.jobs.family(find_job(gateway, job_id))
    if as_json:
        click.echo(escape_json(family.to_json()))
        return
    print_family(family, open_console(), utc_now())
    if not family.is_whole:
        say(f"these are {len(family.jobs)} of them: it has more")
