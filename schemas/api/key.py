"""API keys: who may do what, for which tenant."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from schemas.canary import CANARY_TENANT
from schemas.contract import Contract, RequestContract, Whole
from schemas.open_enum import Known, OpenEnum
from schemas.tenant import DEFAULT_TENANT, Tenant

MAX_DAYS = 3650
MAX_OVERLAP_S = 30 * 24 * 3600
DEFAULT_OVERLAP_S = 24 * 3600
DEFAULT_TOKEN_S = 15 * 60
MAX_TOKEN_S = 3600

KeyName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    Field(json_schema_extra={"pattern": r"\S"}),
]


class Role(OpenEnum):
    """What a key may do, each role all that the one before it may.

    read     see the jobs of its tenant
    submit   post and cancel them
    operate  put dead letters back or aside, see the metrics
    admin    all that, of every tenant; keys, limits and the log of acts
    """

    READ = "read"
    SUBMIT = "submit"
    OPERATE = "operate"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what another one may. One of a later release may nothing."""
        return self.is_known and _ORDER.index(self) >= _ORDER.index(other)


_ORDER = tuple(Role)
"""Each may what those before it may."""


class ApiKey(Contract):
    """An API key without its secret, which nobody can show again.

    Attributes:
        id: What it begins with after `bsk_`, by which a person knows it.
        last_used_at: Not kept to the minute; None where it was never used.
        ends_at: After it the key is refused; None for never.
        replaced_by: The key that a rotation has made in its place.
    """

    id: str
    name: str
    tenant: str
    role: Role
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    ends_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None = None


class NewApiKey(ApiKey):
    """A key that has just been made.

    Attributes:
        secret: The key itself. It is shown this once.
    """

    secret: str


class KeyPage(Contract):
    """A page of keys, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    keys: tuple[ApiKey, ...]
    next: str | None


class KeyRequest(RequestContract):
    """Which key to make.

    Attributes:
        name: Says for people who has it.
        expires_in_days: None for never.
    """

    name: KeyName
    tenant: Tenant = DEFAULT_TENANT
    role: Annotated[Role, Known] = Role.SUBMIT
    expires_in_days: Annotated[int, Field(ge=1, le=MAX_DAYS), Whole] | None = None

    @field_validator("tenant")
    @classmethod
    def _is_free(cls, tenant: str) -> str:
        if tenant == CANARY_TENANT:
            raise ValueError(f"{tenant} is the tenant of the gateway's own canary: take another")
        return tenant


class RotateRequest(RequestContract):
    """How a key is replaced by a new one of the same name, tenant and role.

    Attributes:
        overlap_s: For how long the old one still goes.
    """

    overlap_s: Annotated[int, Field(ge=0, le=MAX_OVERLAP_S), Whole] = DEFAULT_OVERLAP_S


class StreamTokenRequest(RequestContract):
    """What a page is to follow.

    Attributes:
        job_id: None for all jobs of the tenant.
        tenant: Another one than the key's; for admins.
    """

    job_id: UUID | None = None
    tenant: Tenant | None = None
    expires_in_s: Annotated[int, Field(ge=10, le=MAX_TOKEN_S), Whole] = DEFAULT_TOKEN_S


class StreamToken(Contract):
    """What a page follows jobs with: `?token=` at a live stream, else `Authorization: Bearer`.

    Attributes:
        expires_at: Then a stream that was opened with it ends, and another token is needed.
        job_id: The one job that it shows; None for all of the tenant.
    """

    token: str
    expires_at: datetime
    tenant: str
    job_id: UUID | None = None
