"""What the tests of commands about jobs share."""

from tests.unit.cli.command.job.table_gateway import gateway

__all__ = ["gateway"]
