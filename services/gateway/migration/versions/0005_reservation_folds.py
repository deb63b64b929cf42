"""What a reservation says of its job, so that a list need not read the whole of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add it; where it is missing, the reservation's value says it."""
    op.add_column("reservations", sa.Column("fold", sa.Text))
