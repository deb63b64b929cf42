"""Alembic runs this to apply versions on the connection that `upgrade` was given."""

from alembic import context

from services.gateway.migration.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
