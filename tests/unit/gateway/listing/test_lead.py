"""Of all that a list is asked for, that leads which fewest jobs are, as they are at its place."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, insert

from schemas.api.job_list import JobFilterRequest
from services.gateway.database.database import Database
from services.gateway.database.place import Place
from services.gateway.job.table import JOBS
from services.gateway.listing.job_filter import read_filter
from services.gateway.listing.lead_store import DEPTH, Lead, find_lead
from tests.unit.gateway.example import job_id
from tests.unit.gateway.listing.test_index import mark

MANY = DEPTH + 200
HELD: Mapping[str, range] = {
    "word:planets": range(10 * MANY, 11 * MANY),
    "tag:thin": range(0, 10 * MANY, 10),
    "tag:new": range(11 * MANY - 3, 11 * MANY),
    "tag:old": range(3),
}
"""When jobs of each mark were accepted: the planets last, all at once."""

FAILED = 3
PLACED = Place(10 * MANY - 5, "")


@pytest.mark.parametrize(
    ("asked", "sight", "after", "lead"),
    [
        ({}, "acme", None, None),
        ({"tag": "new"}, "acme", None, "tag:new"),
        ({"title": "planets", "tag": "new"}, "acme", None, "tag:new"),
        ({"title": "planets", "tag": "new"}, None, None, "tag:new"),
        ({"title": "planets", "tag": "thin"}, "acme", None, "tag:thin"),
        ({"title": "planets", "tag": "thin"}, "acme", PLACED, "word:planets"),
        ({"tag": "thin,old"}, "acme", None, "tag:old"),
        ({"title": "planets", "status": "failed"}, "acme", None, None),
        ({"tag": "nobody", "status": "failed"}, "acme", None, "tag:nobody"),
        ({"title": "planets", "tag": "thin"}, "rival", None, "word:planets"),
        ({"title": "planets", "shadow": True}, "acme", None, None),
    ],
)
async def test_the_rarest_leads(
    database: Database,
    asked: dict[str, object],
    sight: str | None,
    after: Place | None,
    lead: Lead,
) -> None:
    await database.write(hold)
    wanted = read_filter(JobFilterRequest.model_validate(asked), sight)
    assert await database.read(find_lead, wanted, after) == lead


def hold(connection: Connection) -> None:
    for name, numbers in HELD.items():
        mark(connection, name, numbers)
    mark(connection, "tag:thin", range(20 * MANY, 21 * MANY), "rival")
    job = {"status": "failed", "version": 1, "fold": "", "tenant": "acme"}
    rows = [job | {"job_id": str(job_id(n)), "accepted_us": n} for n in range(FAILED)]
    connection.execute(insert(JOBS), rows)
