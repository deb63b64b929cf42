"""The client of a gateway, blocking and awaiting."""

import httpx2

from brainshare_client import async_resource as later
from brainshare_client import resource
from brainshare_client.exchange.retry import MAX_RETRIES, RetryPolicy
from brainshare_client.transport.awaiting import AwaitingTransport
from brainshare_client.transport.blocking import BlockingTransport
from brainshare_client.transport.connection import TIMEOUT_S, make_connection


class Brainshare(BlockingTransport):
    """A gateway. Threads may share one; close it at the end, or use it in a `with`.

    Args:
        base_url: Where the gateway is; None for BRAINSHARE_URL, or else http://127.0.0.1:8000.
        api_key: None for BRAINSHARE_API_KEY, or else none is sent. It is in no repr and no error.
        timeout_s: How long one answer may take.
        max_retries: How often a request is sent again that may be, after 0.5 to 8 s, or what the
            gateway asks for; 0 for never.
        retry: Decides that in another way.
        http_client: Sends the requests, for proxies and certificates of your own.

    Raises:
        ValueError: The address or the key cannot be one.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        max_retries: int = MAX_RETRIES,
        retry: RetryPolicy | None = None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        connection = make_connection(base_url, api_key, timeout_s, max_retries, retry)
        super().__init__(connection, http_client)
        self.jobs = resource.Jobs(self)
        self.events = resource.Events(self)
        self.stream_tokens = resource.StreamTokens(self)
        self.dead_letters = resource.DeadLetters(self)
        self.webhooks = resource.Webhooks(self)
        self.bulk_actions = resource.BulkActions(self)
        self.replays = resource.Replays(self)
        self.keys = resource.Keys(self)
        self.tenant_limits = resource.TenantLimits(self)
        self.acts = resource.Acts(self)
        self.errors = resource.Errors(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"


class AsyncBrainshare(AwaitingTransport):
    """A gateway, awaited. One for each event loop; `await close()` at the end, or `async with`.

    Args:
        base_url: As of `Brainshare`, and so are the others.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        max_retries: int = MAX_RETRIES,
        retry: RetryPolicy | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        connection = make_connection(base_url, api_key, timeout_s, max_retries, retry)
        super().__init__(connection, http_client)
        self.jobs = later.AsyncJobs(self)
        self.events = later.AsyncEvents(self)
        self.stream_tokens = later.AsyncStreamTokens(self)
        self.dead_letters = later.AsyncDeadLetters(self)
        self.webhooks = later.AsyncWebhooks(self)
        self.bulk_actions = later.AsyncBulkActions(self)
        self.replays = later.AsyncReplays(self)
        self.keys = later.AsyncKeys(self)
        self.tenant_limits = later.AsyncTenantLimits(self)
        self.acts = later.AsyncActs(self)
        self.errors = later.AsyncErrors(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"
