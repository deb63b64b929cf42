"""Every table of every room: what the versions add up to."""

from services.gateway.access.table import API_KEYS
from services.gateway.act.table import ACTS
from services.gateway.bulk.table import BULK_ACTIONS, BULK_JOBS
from services.gateway.callback.table import CALLBACKS
from services.gateway.database.metadata import METADATA
from services.gateway.dead_letter.table import DEAD_LETTERS, DISCARDS, REDRIVES
from services.gateway.delivery.table import ATTEMPTS, DELIVERIES, ENDPOINTS
from services.gateway.error_group.table import DECISIONS, OWN_ERRORS
from services.gateway.feed.table import FEED
from services.gateway.job.table import HISTORY, JOBS, RESERVATIONS, RESULTS
from services.gateway.lease.table import GATEWAYS, LEASES, LOCKS
from services.gateway.listing.table import JOB_MARKS
from services.gateway.projection.table import POSITIONS, PROJECTION, UNREAD
from services.gateway.replay.table import REPLAY_JOBS, REPLAY_MANIFESTS, REPLAYS
from services.gateway.signing.table import SIGNING_KEYS
from services.gateway.tenant.table import REQUEST_WINDOWS, SPENDING, TENANT_LIMITS
from services.gateway.tombstone.table import TOMBSTONES
from services.gateway.usage.table import RESULT_USAGE

__all__ = ["METADATA", "TABLES"]

TABLES = (
    REQUEST_WINDOWS,
    SPENDING,
    ACTS,
    API_KEYS,
    ATTEMPTS,
    BULK_ACTIONS,
    BULK_JOBS,
    CALLBACKS,
    DEAD_LETTERS,
    DELIVERIES,
    DECISIONS,
    DISCARDS,
    ENDPOINTS,
    FEED,
    GATEWAYS,
    HISTORY,
    JOBS,
    JOB_MARKS,
    LEASES,
    LOCKS,
    OWN_ERRORS,
    POSITIONS,
    PROJECTION,
    REDRIVES,
    REPLAYS,
    REPLAY_JOBS,
    REPLAY_MANIFESTS,
    RESERVATIONS,
    RESULTS,
    RESULT_USAGE,
    SIGNING_KEYS,
    TENANT_LIMITS,
    TOMBSTONES,
    UNREAD,
)
"""Named, so that importing METADATA from here means all of them."""
