"""The table by which jobs are found: a row for each thing that is true of a job, newest first."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from schemas.tenant import DEFAULT_TENANT, MAX_TENANT
from services.gateway.database.metadata import METADATA
from services.gateway.listing.mark import MAX_MARK

JOB_MARKS = Table(
    "job_marks",
    METADATA,
    Column("mark", String(MAX_MARK), primary_key=True),
    Column("accepted_us", BigInteger, primary_key=True, autoincrement=False),
    Column("job_id", String(36), primary_key=True),
    Column("tenant", String(MAX_TENANT), server_default=DEFAULT_TENANT),
    Index("job_marks_of_tenant", "tenant", "mark", "accepted_us", "job_id"),
    sqlite_with_rowid=False,
)
