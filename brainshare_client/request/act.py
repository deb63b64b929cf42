"""What operators and admins did."""

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from
from brainshare_client.exchange.step import Series, each
from schemas.api.act import Act, ActPage


def page(
    *, tenant: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Call[ActPage]:
    """A page of acts, newest first."""
    asked = {"tenant": tenant, "limit": limit, "cursor": cursor}
    return read_from(path_of("acts"), as_contract(ActPage), **asked)


def list_(*, tenant: str | None = None) -> Series[Act]:
    """All acts, newest first."""
    return each(
        lambda cursor: page(tenant=tenant, limit=200, cursor=cursor), lambda page: page.acts
    )
