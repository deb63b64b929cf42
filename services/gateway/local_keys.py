"""API keys, made and ended on the tables themselves: so the first one needs no key."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar

from schemas.api.key import ApiKey, KeyPage, KeyRequest, NewApiKey, RotateRequest
from services.gateway.access.actor import Actor
from services.gateway.access.api_key_store import list_keys
from services.gateway.access.principal import LOCAL
from services.gateway.api.cursor import write_cursor
from services.gateway.api.page import read_place
from services.gateway.api.request_info import RequestInfo
from services.gateway.database.database import Connection, open_database
from services.gateway.key.key_act import create, revoke, rotate
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
        by_hand = replace(LOCAL, name=f"{by}, on the database")
        self._actor = Actor(by_hand, RequestInfo(request_id="", traceparent=""))

    def create(self, wanted: KeyRequest) -> NewApiKey:
        """Make a key."""
        return show_new_key(self._run(create, wanted, self._actor, utc_now()))

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
        return show_key(self._run(revoke, key_id, self._actor, utc_now()))

    def rotate(self, key_id: str, wanted: RotateRequest) -> NewApiKey:
        """Make a key in place of another one.

        Raises:
            NoSuchKeyError: There is none with this id.
            KeyEndedError: It goes no more.
        """
        told = (key_id, self._actor, utc_now(), wanted.overlap_s)
        return show_new_key(self._run(rotate, *told))

    def _run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        async def run() -> T:
            async with open_database(self._url) as database:
                await database.write(require_tables)
                return await database.write(work, *args, **kwargs)

        return asyncio.run(run())
