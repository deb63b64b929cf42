"""Writes what tenants have spent, in the transaction of the fold that says so."""

from sqlalchemy import Connection, bindparam, update

from services.gateway.database.upsert import insert_missing
from services.gateway.status.change import FoldedBatch
from services.gateway.tenant.spending import tell_more_spent
from services.gateway.tenant.table import SPENDING

_ADD = (
    update(SPENDING)
    .where(SPENDING.c.tenant == bindparam("of_tenant"), SPENDING.c.day == bindparam("of_day"))
    .values(micro_usd=SPENDING.c.micro_usd + bindparam("more"))
)


def save_spending(connection: Connection, batch: FoldedBatch) -> None:
    """Add what a batch says was spent."""
    # In one order, so that two gateways do not wait for each other's rows.
    more = sorted(tell_more_spent(batch.changes).items())
    if not more:
        return
    begun = [{"tenant": tenant, "day": day, "micro_usd": 0} for (tenant, day), _ in more]
    insert_missing(connection, SPENDING, begun)
    told = [{"of_tenant": t, "of_day": day, "more": micro_usd} for (t, day), micro_usd in more]
    connection.execute(_ADD, told)
