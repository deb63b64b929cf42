"""Tenants: whose a job is."""

from typing import Annotated

from pydantic import StringConstraints

TENANT_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
MAX_TENANT = 63

DEFAULT_TENANT = "default"
"""Whose a job is where its record does not say."""

Tenant = Annotated[str, StringConstraints(pattern=TENANT_PATTERN)]
