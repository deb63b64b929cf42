"""A gateway that listens, whose jobs come to an end: with or without keys, on either store."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from schemas.api.key import Role
from schemas.tenant import DEFAULT_TENANT
from services.gateway.settings import Auth
from services.lifecycle.clock import utc_now
from tests.conformance.stages import Stages
from tests.live_gateway import LiveGateway
from tests.postgres import running_postgres
from tests.unit.gateway.conftest import STORES

CASES = [(store, is_keyed) for store in STORES for is_keyed in (False, True)]
"""Each store, and whether everybody is asked for a key."""


@contextmanager
def listening_gateway(store: str, is_keyed: bool) -> Iterator[tuple[str, str | None]]:
    """Start one; gives where it is, and a key of an admin's.

    Raises:
        NoServerError: There is no PostgreSQL here.
    """
    with ExitStack() as ends:
        url = None
        if store == "postgresql":
            url = ends.enter_context(running_postgres()).url("postgres")
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        auth = Auth.REQUIRED if is_keyed else Auth.LOOPBACK
        beside = (Stages().run, lambda gateway: gateway.runner.run())
        live = LiveGateway(folder, "https://app.example", auth, url, utc_now, beside)
        live.start()
        ends.callback(live.stop)
        yield live.url, live.make_key(Role.ADMIN, DEFAULT_TENANT) if is_keyed else None
