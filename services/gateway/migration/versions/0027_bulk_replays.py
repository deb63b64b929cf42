"""Of which replay a bulk action promotes the results, or rolls them back."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the column: what was begun before is about no replay."""
    op.add_column("bulk_actions", sa.Column("replay_id", sa.String(36)))
