"""Who acts, by which request, and why."""

from dataclasses import dataclass

from starlette.types import Scope

from services.gateway.access.principal import Principal, principal_of
from services.gateway.api.request_info import RequestInfo, info_of
from services.gateway.database.sight import Sight


@dataclass(frozen=True)
class Actor:
    """Who acts.

    Attributes:
        reason: Why, as the person says; "" where nothing is said.
    """

    principal: Principal
    info: RequestInfo
    reason: str = ""

    @property
    def sight(self) -> Sight:
        """Whose rows exist for this one."""
        return self.principal.sight


def actor_of(scope: Scope, reason: str = "") -> Actor:
    """Who acts by a request."""
    return Actor(principal_of(scope), info_of(scope), reason)
