"""Asks a person before something is done to many jobs."""

import click

NOTHING = "nothing was changed: --yes does not ask"


def agrees(question: str) -> bool:
    """Whether the person at the terminal says yes; where nobody is there to answer, no."""
    try:
        return click.confirm(question)
    except click.Abort:
        click.echo()
        return False
