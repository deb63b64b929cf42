"""`make conformance`: schemathesis against gateways of every kind, or against one that runs."""

import logging
import sys

import click

from services.telemetry.log import configure_logging
from tests.conformance.gateway import CASES, listening_gateway
from tests.conformance.run import run_schemathesis
from tests.postgres import NoServerError

MANY = ("--max-examples", "100")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--url", help="A gateway that runs, in place of four of its own.")
@click.option("--key", help="The key of an admin's for it.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def main(url: str | None, key: str | None, options: tuple[str, ...]) -> None:
    """Compare what the document says with what is answered. The exit status is 1 for a finding.

    OPTIONS are schemathesis's own, for instance --seed=7 or --max-examples=10 (by default 100).
    """
    configure_logging("conformance", logging.ERROR)
    told = (*MANY, *options)
    if url is not None:
        sys.exit(_report(url, *_run(url, key, told)))
    findings = 0
    for store, is_keyed in CASES:
        what = f"{store}, {'with' if is_keyed else 'without'} keys"
        try:
            with listening_gateway(store, is_keyed) as (own_url, own_key):
                findings |= _report(what, *_run(own_url, own_key, told))
        except NoServerError as error:
            click.echo(f"{what}: left out: {error}")
    sys.exit(findings)


def _run(url: str, key: str | None, options: tuple[str, ...]) -> tuple[int, str]:
    done = run_schemathesis(url, key, *options)
    return done.returncode, done.stdout + done.stderr


def _report(what: str, status: int, said: str) -> int:
    click.echo(f"--- {what}: {'a finding' if status else 'no finding'}\n{said}")
    return min(status, 1)


if __name__ == "__main__":
    main()
