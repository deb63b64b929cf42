"""API keys, made and ended on the tables themselves: so the first one needs no key."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from schemas.api.key import ApiKey, KeyPage, KeyRequest, NewApiKey, RotateRequest
from services.gateway.access.api_key import make_key
from services.gateway.access.api_key_store import insert_key, list_keys, revoke_key, rotate_key
from services.gateway.api.cursor import write_cursor
from services.gateway.api.page import read_place
from services.gateway.database.database import Connection, open_database
from services.gateway.key.view import place_of_key, show_key, show_new_key
from services.gateway.migration.upgrade import require_tables
from services.lifecycle.clock import utc_now

P = ParamSpec("P")
T = TypeVar("T")


class LocalKeys:
    """The keys of a database. Each act opens it, and makes its tables where there are none.

    Args:
        by: Who acts, for people.
    """

    def __init__(self, url: str, by: str) -> None:
        self._url = url
        self._by = by

    def create(self, wanted: KeyRequest) -> NewApiKey:
        """Make a key."""
        told = (wanted.name, wanted.tenant, wanted.role, self._by, utc_now())
        made = make_key(*told, wanted.expires_in_days)
        self._run(insert_key, made)
        return show_new_key(made)

    def list(self, tenant: str | None, limit: int, cursor: str | None) -> KeyPage:
        """Keys, newest first."""
        found = self._run(list_keys, tenant, read_place(cursor), limit + 1)
        more = write_cursor(place_of_key(found[limit - 1])) if len(found) > limit else None
        return KeyPage(keys=tuple(map(show_key, found[:limit])), next=more)

    def revoke(self, key_id: str) -> ApiKey:
        """End a key.

        Raises:
            NoSuchKeyError: There is none with this id.
        """
        return show_key(self._run(revoke_key, key_id, utc_now()))

    def rotate(self, key_id: str, wanted: RotateRequest) -> NewApiKey:
        """Make a key in place of another one.

        Raises:
            NoSuchKeyError: There is none with this id.
            KeyEndedError: It goes no more.
        """
        return show_new_key(self._run(rotate_key, key_id, self._by, utc_now(), wanted.overlap_s))

    def _run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        async def run() -> T:
            async with open_database(self._url) as database:
                await database.write(require_tables)
                return await database.write(work, *args, **kwargs)

        return asyncio.run(run())
