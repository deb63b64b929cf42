"""`brainshare limits`: what single tenants may have in place of the settings."""

from typing import Any

import click

from schemas.api.tenant_limit import TenantLimit
from services.cli.client.command_client import CommandClient
from services.cli.target.options import because, with_gateway, with_meant_gateway
from services.cli.terminal.help import WholeHelp
from services.cli.terminal.output import say
from services.cli.terminal.text import escape_json

NONE = "none"

as_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print what the gateway answers."
)
of_tenant = click.argument("tenant")


class Most(click.ParamType):
    """A number, or `none` for no limit."""

    name = "number"

    def __init__(self, number: type) -> None:
        self._number = number

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read what was typed."""
        if value == NONE:
            return value
        try:
            return self._number(value)
        except ValueError:
            self.fail(f"{value!r} is no number, and not {NONE}", param, ctx)


@click.group("limits", cls=WholeHelp)
def command() -> None:
    """What single tenants may have and use in place of the settings."""


@command.command("list")
@as_json_option
@with_gateway
def list_limits(gateway: CommandClient, as_json: bool) -> None:
    """List the tenants that have limits of their own."""
    page = gateway.tenant_limits.page()
    if as_json:
        click.echo(escape_json(page.to_json()))
        return
    for limit in page.limits:
        click.echo(_line(limit))
    if not page.limits:
        say("no tenant has limits of its own: the settings hold for all")


@command.command("show")
@of_tenant
@as_json_option
@with_gateway
def show(gateway: CommandClient, tenant: str, as_json: bool) -> None:
    """Show what TENANT may have and use, as it holds."""
    _show(gateway.tenant_limits.get(tenant), as_json)


@command.command("set")
@of_tenant
@click.option("--open-jobs", type=Most(int), help="Jobs that are not final, at most; or none.")
@click.option("--requests-per-minute", type=Most(int), help="Requests in a minute; or none.")
@click.option("--usd-per-day", type=Most(float), help="US dollars a day; or none.")
@because
@as_json_option
@with_meant_gateway
def set_limit(gateway: CommandClient, tenant: str, reason: str, as_json: bool, **said: Any) -> None:
    """Set the limits of TENANT; what is left out is as the settings say."""
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise click.UsageError("give a limit, or `limits unset` to let the settings hold")
    limits: Any = {name: None if value == NONE else value for name, value in given.items()}
    _show(gateway.tenant_limits.set(tenant, reason=reason, **limits), as_json)


@command.command("unset")
@of_tenant
@because
@as_json_option
@with_meant_gateway
def unset(gateway: CommandClient, tenant: str, reason: str, as_json: bool) -> None:
    """Let the settings hold for TENANT again."""
    _show(gateway.tenant_limits.unset(tenant, reason=reason), as_json)


def _show(limit: TenantLimit, as_json: bool) -> None:
    click.echo(escape_json(limit.to_json()) if as_json else _line(limit))


def _line(limit: TenantLimit) -> str:
    shown = {
        "openJobs": ("open jobs", limit.open_jobs),
        "requestsPerMinute": ("requests a minute", limit.requests_per_minute),
        "usdPerDay": ("USD a day", limit.usd_per_day),
    }
    parts = [
        f"{'no limit of' if most is None else f'{most:g}'} {what}"
        + (" (its own)" if name in limit.own else "")
        for name, (what, most) in shown.items()
    ]
    return f"{limit.tenant}: {', '.join(parts)}"
