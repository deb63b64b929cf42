"""Whose a job is. The job id says whose an idempotency key is, so the key needs no index.

Columns with a constant default are added without touching a row. SQLite drops no constraint, so its
reservations are copied, in the order of their key: at a million of them seconds instead of many.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEPT = "job_id, idempotency_key, fingerprint, state, accepted_us, value, fold"


def upgrade() -> None:
    """Say `default` of what is there, and nobody of letters that name no job."""
    op.add_column("jobs", _tenant())
    op.create_index("jobs_of_tenant_by_time", "jobs", ["tenant", "accepted_us", "job_id"])
    by_status = ["tenant", "status", "accepted_us", "job_id"]
    op.create_index("jobs_of_tenant_by_status", "jobs", by_status)
    op.add_column("dead_letters", _tenant())
    op.execute("UPDATE dead_letters SET tenant = NULL WHERE job_id LIKE 'stray:%'")
    by_state = ["tenant", "state", "failed_us", "letter_id"]
    op.create_index("dead_letters_of_tenant", "dead_letters", by_state)
    if op.get_bind().dialect.name == "sqlite":
        _copy_reservations()
    else:
        op.add_column("reservations", _tenant(is_nullable=False))
        op.drop_constraint("reservations_idempotency_key_key", "reservations", type_="unique")


def _copy_reservations() -> None:
    op.create_table(
        "reservations_copy",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("accepted_us", sa.BigInteger, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("fold", sa.Text),
        _tenant(is_nullable=False),
    )
    op.execute(
        f"INSERT INTO reservations_copy ({KEPT}) SELECT {KEPT} FROM reservations ORDER BY job_id"
    )
    op.drop_table("reservations")
    op.rename_table("reservations_copy", "reservations")
    op.create_index("reservations_by_state", "reservations", ["state", "accepted_us"])


def _tenant(*, is_nullable: bool = True) -> sa.Column[str]:
    return sa.Column("tenant", sa.String(63), nullable=is_nullable, server_default="default")
