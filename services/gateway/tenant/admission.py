"""Whether a tenant may have another job. Asked in the transaction that reserves it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.gateway.database.database import Connection
from services.gateway.job.reservation_store import Reservation, reserve
from services.gateway.tenant.limit_store import find_limits
from services.gateway.tenant.settings import TenantSettings
from services.gateway.tenant.store import count_open_of, lock_tenant, read_spent
from services.telemetry.metric import HTTP_REFUSED

OPEN_RETRY_S = 5
MICRO = 1_000_000


class TenantLimitError(Exception):
    """A tenant has as much as it may. To be tried again later."""

    def __init__(self, slug: str, detail: str, retry_s: int) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.retry_s = retry_s


@dataclass(frozen=True)
class Admission:
    """Takes in jobs within their tenants' limits.

    Attributes:
        limits: Of each tenant for which no other ones were set.
        now: The wall clock, aware.
    """

    limits: TenantSettings
    now: Callable[[], datetime]

    def reserve(self, connection: Connection, wanted: Reservation) -> Reservation:
        """Reserve a job, or find the one that its key stands for, which no limit concerns.

        Raises:
            TenantLimitError: It is a new one, and the tenant may have no more. Nothing is reserved.
        """
        limits = find_limits(connection, wanted.tenant, self.limits)
        if limits.open_jobs is not None:
            lock_tenant(connection, wanted.tenant)
        known = reserve(connection, wanted)
        if not known.is_new:
            return known
        if limits.usd_per_day is not None:
            self._refuse_spent(connection, wanted.tenant, limits.usd_per_day)
        if limits.open_jobs is not None:
            _refuse_open(connection, wanted.tenant, limits.open_jobs)
        return known

    def _refuse_spent(self, connection: Connection, tenant: str, most_usd: float) -> None:
        now = self.now().astimezone(UTC)
        spent_usd = read_spent(connection, tenant, now.date()) / MICRO
        if spent_usd < most_usd:
            return
        HTTP_REFUSED.labels("money of a tenant").inc()
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
        raise TenantLimitError(
            "tenant-money-spent",
            f"the calls of the tenant {tenant} have cost {spent_usd:.2f} USD today, and"
            f" {most_usd:g} USD is what a day may cost: new jobs are taken from midnight (UTC) on;"
            " those that are accepted go on",
            int((midnight - now).total_seconds()) + 1,
        )


def _refuse_open(connection: Connection, tenant: str, most: int) -> None:
    # The one that was just reserved counts.
    if count_open_of(connection, tenant, most + 1) <= most:
        return
    HTTP_REFUSED.labels("open jobs of a tenant").inc()
    raise TenantLimitError(
        "tenant-has-open-jobs",
        f"the tenant {tenant} has {most} open jobs, and more are not taken: wait until one has"
        " ended, or cancel one",
        OPEN_RETRY_S,
    )
