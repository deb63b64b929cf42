"""Dead letters that name no job, and attempts that were parked more than once."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Have the projected tables filled again: folds and the desk now hold what they did not."""
    op.execute("DELETE FROM projection")
