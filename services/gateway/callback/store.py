"""Jobs' own webhooks in the tables.

An endpoint that its tenant has made for them takes those on its host, and its secret signs them:
who may post a job says where on a host, and only who may operate says which hosts there are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from schemas.webhook import JobWebhook
from services.gateway.callback.table import CALLBACKS
from services.gateway.database.upsert import upsert
from services.gateway.delivery.address import read_origin
from services.gateway.delivery.endpoint import StoredEndpoint
from services.gateway.delivery.endpoint_store import list_of_tenants, write_events

_FIND = select(CALLBACKS).where(CALLBACKS.c.job_id.in_(bindparam("ids", expanding=True)))
_FORGET = delete(CALLBACKS).where(CALLBACKS.c.endpoint_id == bindparam("id"))

HOW = (
    "let somebody who may operate make one for its host, with forJobs: its secret signs what is"
    " sent there"
)


class CallbackRefusedError(Exception):
    """A job's own webhook is not taken; one line, about its URL."""


@dataclass(frozen=True)
class Callback:
    """A job's own webhook.

    Attributes:
        events: What is told; empty for all.
    """

    job_id: str
    endpoint_id: str
    url: str
    events: tuple[str, ...]

    def wants(self, event: str) -> bool:
        """Whether such an event is told."""
        return not self.events or event in self.events


def note_callback(connection: Connection, job_id: str, tenant: str, wanted: JobWebhook) -> None:
    """Keep where a job's events are sent.

    Raises:
        CallbackRefusedError: No endpoint of the tenant takes it.
    """
    endpoint = _find_taker(connection, tenant, wanted.url)
    row = {
        "job_id": job_id,
        "endpoint_id": endpoint.endpoint_id,
        "url": wanted.url,
        "events": write_events(wanted.events),
    }
    upsert(connection, CALLBACKS, [row])


def _find_taker(connection: Connection, tenant: str, url: str) -> StoredEndpoint:
    try:
        origin = read_origin(url)
    except ValueError as error:
        raise CallbackRefusedError(str(error)) from error
    for endpoint in list_of_tenants(connection, [tenant]):
        if endpoint.is_for_jobs and _is_at(endpoint, origin):
            return endpoint
    raise CallbackRefusedError(f"no webhook of the tenant takes it: {HOW}")


def _is_at(endpoint: StoredEndpoint, origin: tuple[str, str, int]) -> bool:
    try:
        return read_origin(endpoint.url) == origin
    except ValueError:  # an earlier release took more
        return False


def find_callbacks(connection: Connection, job_ids: Sequence[str]) -> dict[str, Callback]:
    """Those of jobs that have one."""
    rows = connection.execute(_FIND, {"ids": list(job_ids)})
    return {
        row.job_id: Callback(row.job_id, row.endpoint_id, row.url, tuple(json.loads(row.events)))
        for row in rows
    }


def forget_callbacks(connection: Connection, endpoint_id: str) -> None:
    """Let go of those that an endpoint has taken."""
    connection.execute(_FORGET, {"id": endpoint_id})
