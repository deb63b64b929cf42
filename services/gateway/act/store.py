"""Acts in the tables: noted in the transaction of what is done, listed, never changed or deleted.

An act that is done outside of the tables is noted before it, without what came of it, which is
noted once it is known: so there is none that nobody finds here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from schemas.api.act import Act, Deed
from schemas.api.key import Role
from services.gateway.access.actor import Actor
from services.gateway.act.table import ACTS
from services.gateway.database.moment import from_us, to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, narrow

Said = Mapping[str, Any] | None

_C = ACTS.c
_LIST = select(ACTS).order_by(_C.at_us.desc(), _C.act_id.desc())
_PLACE: Any = tuple_(*(_C.at_us, _C.act_id))
_FINISH = update(ACTS).where(_C.act_id == bindparam("id")).values(after=bindparam("new_after"))


def make_act(
    actor: Actor,
    deed: Deed,
    on: str,
    tenant: str | None,
    at: datetime,
    before: Said = None,
    after: Said = None,
) -> Act:
    """An act as it is noted."""
    principal = actor.principal
    return Act(
        id=uuid4(),
        at=at,
        deed=deed,
        on=on,
        tenant=tenant,
        by=principal.name,
        by_key=principal.key_id or None,
        role=principal.role,
        reason=actor.reason,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        request_id=actor.info.request_id,
    )


def note_act(connection: Connection, act: Act) -> None:
    """Note an act."""
    row = act.model_dump(exclude={"id", "at", "on", "before", "after"})
    row |= {"act_id": str(act.id), "at_us": to_us(act.at), "on_id": act.on}
    row |= {"before": _write(act.before), "after": _write(act.after)}
    connection.execute(insert(ACTS), row)


def finish_act(connection: Connection, act: Act, after: Said) -> None:
    """Note what came of an act that was noted before it was done."""
    connection.execute(_FINISH, {"id": str(act.id), "new_after": _write(after)})


def list_acts(connection: Connection, sight: Sight, after: Place | None, limit: int) -> list[Act]:
    """Acts, newest first."""
    query = narrow(_LIST, ACTS, sight).limit(limit)
    query = query if after is None else query.where((after.at_us, after.id) > _PLACE)
    return [_read(row) for row in connection.execute(query)]


def place_of_act(act: Act) -> Place:
    """An act's place in a list."""
    return Place(to_us(act.at), str(act.id))


def _write(said: Said) -> str | None:
    return None if said is None else json.dumps(said, ensure_ascii=False, default=str)


def _read(row: Any) -> Act:
    return Act(
        id=UUID(row.act_id),
        at=from_us(row.at_us),
        deed=Deed(row.deed),
        on=row.on_id,
        tenant=row.tenant,
        by=row.by,
        by_key=row.by_key,
        role=Role(row.role),
        reason=row.reason,
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
        request_id=row.request_id,
    )
