"""A gateway with a receiver of its webhooks, and a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.gateway.delivery.address import AddressGuard
from services.gateway.delivery.delivery import Draft
from services.gateway.delivery.endpoint import StoredEndpoint, make_endpoint
from services.gateway.delivery.endpoint_store import find_endpoint, insert_endpoint
from services.gateway.delivery.queue_store import note_drafts
from services.gateway.delivery.settings import WebhookSettings
from services.gateway.dispatch.post import Poster, open_poster
from services.gateway.dispatch.sender import Sender
from services.gateway.lease.named_share import NamedShare
from services.gateway.lease.share import Share, WholeShare
from services.gateway.webhook.projection import is_void
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW
from tests.unit.gateway.receiver import Receiver, receiving

SETTINGS = WebhookSettings(networks="127.0.0.0/8", timeout_s=10)
PARTITIONS = 6
NAMESPACE = UUID(int=0)


@dataclass
class MovedClock:
    now: datetime = NOW

    def read(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Sending:
    """Attributes: clock: of the sender; the gateway's own stands still."""

    gateway: Gateway
    receiver: Receiver
    poster: Poster
    sender: Sender
    clock: MovedClock
    noted: int = field(default=0)

    async def add(self, url: str = "", tenant: str = "default", *events: str) -> StoredEndpoint:
        """Make an endpoint; without a URL, that of the receiver."""
        told = (tenant, url or self.receiver.url, events, "", "test", NOW)
        endpoint = make_endpoint(*told)
        await self.gateway.database.write(insert_endpoint, endpoint)
        return endpoint

    async def note(self, endpoint: StoredEndpoint, count: int = 1) -> list[str]:
        """Note so many events for an endpoint, and give their ids."""
        ids = [str(uuid5(NAMESPACE, str(self.noted + n))) for n in range(count)]
        self.noted += count
        drafts = [
            Draft(i, endpoint.endpoint_id, endpoint.tenant, "job.completed", None, "{}", NOW)
            for i in ids
        ]
        await self.gateway.database.write(note_drafts, drafts, self.clock.now)
        return ids

    async def wait(self, **by: float) -> None:
        """Let time pass, and send what is due then."""
        self.clock.move(**by)
        await self.sender.settle_down()

    async def find(self, endpoint: StoredEndpoint) -> StoredEndpoint:
        """The endpoint as it stands."""
        found = await self.gateway.database.read(find_endpoint, endpoint.endpoint_id, None)
        assert found is not None
        return found

    async def list(self, endpoint: StoredEndpoint) -> list[dict[str, Any]]:
        """Its deliveries, oldest first, as the API shows them."""
        path = f"/v1/webhooks/{endpoint.endpoint_id}/deliveries?limit=200"
        page = (await self.gateway.client.get(path)).json()
        return list(reversed(page["deliveries"]))

    def another(self, share: Share | None = None, poster: Poster | None = None) -> Sender:
        """Another sender on the same tables, as of another gateway."""
        sharing = NamedShare(share or WholeShare(), PARTITIONS)
        told = (sharing, SETTINGS, is_void, self.clock.read, lambda: 0.0)
        return Sender(self.gateway.database, poster or self.poster, *told)


@asynccontextmanager
async def open_sending(gateway: Gateway) -> AsyncIterator[Sending]:
    """A sender of a gateway, and a receiver."""
    guard, clock = AddressGuard.of(SETTINGS), MovedClock()
    async with receiving() as receiver, open_poster(guard, SETTINGS.timeout_s) as poster:
        sharing = NamedShare(WholeShare(), PARTITIONS)
        told = (sharing, SETTINGS, is_void, clock.read, lambda: 0.0)
        sender = Sender(gateway.database, poster, *told)
        yield Sending(gateway, receiver, poster, sender, clock)
