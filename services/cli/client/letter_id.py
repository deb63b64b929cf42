"""The dead letter that a person means: by its id, or as that of a job."""

from services.cli.client.command_client import CommandClient
from services.cli.client.job_id import find_job, names_job
from services.cli.terminal.error import RequestRefused

FAILED = "failed"
"""What the history says where a stage has given up: the place of the dead letter stands there."""


def find_letter_id(gateway: CommandClient, given: str) -> str:
    """The id of the dead letter that is meant; of a job, of its newest one.

    Raises:
        RequestRefused: There is no such job, or it has none.
    """
    if not names_job(given):
        return given  # the gateway says what is wrong with it
    job_id = find_job(gateway, given)
    failed = [event for event in [*gateway.jobs.history(job_id)] if event.kind == FAILED]
    if not failed:
        state = gateway.jobs.get(job_id).status.value
        raise RequestRefused(f"job {job_id} is {state}, and has no dead letter")
    letter = failed[-1]
    return f"{letter.stage.value}-{letter.partition}-{letter.offset}"
