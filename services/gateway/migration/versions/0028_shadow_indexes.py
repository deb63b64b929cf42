"""By which shadows are listed, which are few among many: else every job would be looked at."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

OF_SHADOWS: dict[str, Any] = {
    "sqlite_where": sa.text("is_shadow IS 1"),
    "postgresql_where": sa.text("is_shadow IS true"),
}


def upgrade() -> None:
    """Add the indexes, which hold nothing but shadows."""
    op.create_index("shadows_by_time", "jobs", ["accepted_us", "job_id"], **OF_SHADOWS)
    columns = ["tenant", "accepted_us", "job_id"]
    op.create_index("shadows_of_tenant_by_time", "jobs", columns, **OF_SHADOWS)
