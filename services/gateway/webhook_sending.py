"""Opens what sends webhooks: connections that the guard looks at, and the sender on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.gateway.database.database import Database
from services.gateway.delivery.address import AddressGuard
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.dispatch.post import open_poster
from services.gateway.dispatch.sender import Sender
from services.gateway.lease.named_share import NamedShare
from services.gateway.lease.share import Share
from services.gateway.webhook.projection import is_void
from services.lifecycle.clock import utc_now


@asynccontextmanager
async def open_sender(
    database: Database, share: Share, partitions: int, settings: WebhookSettings
) -> AsyncIterator[Sender]:
    """A sender of those deliveries that are this gateway's.

    Args:
        partitions: By which the endpoints are shared out, as the jobs are.
    """
    async with open_poster(AddressGuard.of(settings), settings.timeout_s) as poster:
        sharing = NamedShare(share, partitions)
        yield Sender(database, poster, sharing, settings, is_void, utc_now)
