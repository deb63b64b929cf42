"""Who asks: for which tenant, in which role."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from starlette.types import Scope

from schemas.api.key import Role
from schemas.tenant import DEFAULT_TENANT
from services.gateway.api.problem import ProblemError
from services.gateway.database.sight import ALL_TENANTS, Sight

SCOPE_KEY = "brainshare.principal"
LOCAL_NAME = "local"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a stream token bounds.

    Attributes:
        job_ids: The jobs that may be followed; None for all of the tenant.
    """

    job_ids: frozenset[str] | None
    ends_at: datetime

    def covers(self, job_id: str) -> bool:
        """Whether a job may be followed."""
        return self.job_ids is None or job_id in self.job_ids


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        tenant: Whose the jobs are that this one posts.
        key_id: "" where no key was asked for.
        name: Says who that is, for people.
        grant: Where it was a stream token.
    """

    tenant: str
    role: Role
    key_id: str
    name: str
    grant: Grant | None = None

    @property
    def sight(self) -> Sight:
        """Whose rows exist for this one."""
        return ALL_TENANTS if self.role is Role.ADMIN else self.tenant

    def look_at(self, tenant: str | None) -> Sight:
        """Whose rows are meant where a tenant can be named; None names none.

        Raises:
            ProblemError: 403; it is another one's, whether or not there is such a tenant.
        """
        if tenant is None or tenant == self.sight:
            return self.sight
        if self.role is Role.ADMIN:
            return tenant
        detail = "another tenant's are seen with the role admin only: leave `tenant` out"
        raise ProblemError(HTTPStatus.FORBIDDEN, "role-too-small", detail)


LOCAL = Principal(DEFAULT_TENANT, Role.ADMIN, "", LOCAL_NAME)
"""Whoever is on this machine, while nobody is asked for a key."""


def principal_of(scope: Scope) -> Principal:
    """Who makes a request, as the guard has found out."""
    principal: Principal = scope[SCOPE_KEY]
    return principal
