"""Who asks a gateway with a key."""

from dataclasses import replace
from datetime import datetime

from schemas.api.key import Role
from services.gateway.access.api_key import make_key
from services.gateway.access.api_key_store import insert_key
from services.gateway.database.database import Database
from tests.unit.gateway.example import NOW


async def make_caller(
    database: Database, role: Role = Role.SUBMIT, tenant: str = "acme", at: datetime = NOW
) -> dict[str, str]:
    """The header of a key that was made at a moment and goes for a day."""
    made = make_key("a test's", tenant, role, "test", at, expires_in_days=1)
    used = replace(made, stored=replace(made.stored, last_used_at=at))
    await database.write(insert_key, used)
    return {"Authorization": f"Bearer {made.secret}"}
