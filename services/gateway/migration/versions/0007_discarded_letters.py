"""Dead letters say themselves that they were discarded."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Say it of those that were discarded up to now."""
    op.execute(
        "UPDATE dead_letters SET state = 'discarded' WHERE state = 'open' AND EXISTS (SELECT 1"
        " FROM discards WHERE discards.job_id = dead_letters.job_id"
        " AND discards.stage = dead_letters.stage AND discards.redrive = dead_letters.redrive)"
    )
