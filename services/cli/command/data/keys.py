"""`brainshare keys`: who may use a gateway."""

from collections.abc import Mapping

import click
from pydantic import ValidationError

from schemas.api.key import (
    DEFAULT_OVERLAP_S,
    MAX_DAYS,
    MAX_OVERLAP_S,
    KeyRequest,
    NewApiKey,
    Role,
    RotateRequest,
)
from schemas.tenant import DEFAULT_TENANT
from schemas.wrong_value import tell_wrong
from services.cli.target.keys import open_keys
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.terminal.error import RequestRefused
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.number import Number, OneOf, listed
from services.cli.terminal.output import open_console, say, say_more
from services.cli.terminal.text import escape_json, plain
from services.cli.view.key import key_line, print_keys
from services.lifecycle.clock import utc_now

PREFIX = "bsk_"
SHOWN_ONCE = "this is shown once: keep it where secrets are kept"
ROLES = tuple(role.value for role in Role)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print for programs.")


@click.group("keys", cls=WholeHelp)
def command() -> None:
    """Make, list, replace and end API keys.

    They are those of the stack's database, which needs no key; with --url or BRAINSHARE_URL those
    of the gateway there, which asks for the key of an admin in BRAINSHARE_API_KEY.
    """


@command.command("create")
@click.argument("name")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose jobs it is for.")
@click.option(
    "--role",
    type=OneOf(ROLES),
    default=Role.SUBMIT.value,
    show_default=True,
    help=f"What it may do, each all that the one before may: {listed(ROLES)}.",
)
@click.option("--days", type=Number(1, MAX_DAYS), help="It ends after so many. [default: never]")
@as_json_option
@with_target
def create(
    target: Target, name: str, tenant: str, role: str, days: int | None, as_json: bool
) -> None:
    """Make a key; NAME says for people who has it. The key itself is shown this once."""
    told = {"name": name, "tenant": tenant, "role": role, "expiresInDays": days}
    wanted = _read_request(told)
    with open_keys(target, is_made=True) as keys:
        _show_made(keys.create(wanted), as_json)


@command.command("list")
@click.option("--tenant", help="Only those of a tenant.")
@click.option("--limit", type=Number(1, 200), default=50, show_default=True)
@click.option("--cursor", default=None, help="Go on after the page that gave it.")
@as_json_option
@with_target
def list_keys(
    target: Target, tenant: str | None, limit: int, cursor: str | None, as_json: bool
) -> None:
    """List keys, newest first, those that have ended too. Their secrets are kept nowhere."""
    with open_keys(target) as keys:
        page = keys.list(tenant, limit, cursor)
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    print_keys(page.keys, open_console(), utc_now())
    if not page.keys:
        say("there are no keys: `brainshare keys create NAME` makes one")
    if page.next:
        say_more(page.next)


@command.command("revoke")
@click.argument("key_id", metavar="KEY")
@as_json_option
@with_target
def revoke(target: Target, key_id: str, as_json: bool) -> None:
    """End the key KEY (bsk_... as the list shows it). Gateways hear of it within 5 s."""
    with open_keys(target) as keys:
        key = keys.revoke(_find_id(key_id))
    click.echo(escape_json(key.to_json()) if as_json else f"revoked: {plain(key_line(key))}")


@command.command("rotate")
@click.argument("key_id", metavar="KEY")
@click.option(
    "--overlap-s",
    type=Number(0, MAX_OVERLAP_S),
    default=DEFAULT_OVERLAP_S,
    show_default=True,
    help="For how long the old one goes on, in seconds.",
)
@as_json_option
@with_target
def rotate(target: Target, key_id: str, overlap_s: int, as_json: bool) -> None:
    """Make a key in place of KEY, with its name, tenant and role."""
    with open_keys(target) as keys:
        made = keys.rotate(_find_id(key_id), RotateRequest.from_json(f'{{"overlapS":{overlap_s}}}'))
    _show_made(made, as_json)


def _read_request(told: Mapping[str, object]) -> KeyRequest:
    try:
        return KeyRequest.model_validate(told)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        said = f"{name} is {str(wrong['input'])[:80]!r}: {tell_wrong(wrong)}"
        raise RequestRefused(said) from error


def _show_made(key: NewApiKey, as_json: bool) -> None:
    if as_json:
        click.echo(escape_json(key.to_json()))
        return
    click.echo(key.secret)
    say(f"{plain(key_line(key))}; {SHOWN_ONCE}")


def _find_id(given: str) -> str:
    """The id of a key, of which a person may give the beginning of the key or all of it."""
    return given.removeprefix(PREFIX)[:12]
