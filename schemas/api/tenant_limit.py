"""Limits of one tenant in place of those of all: what an admin says of it, and what holds."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from schemas.api.act import Reason
from schemas.contract import MAX_COUNT, Contract, RequestContract, Whole

Most = Annotated[int, Field(ge=1, le=MAX_COUNT), Whole]
MostUsd = Annotated[float, Field(gt=0, le=1_000_000_000, allow_inf_nan=False)]


class LimitRequest(RequestContract):
    """What a tenant may have in place of the settings. What is left out is as they say.

    Attributes:
        open_jobs: Jobs that are not final, at most; null for no limit.
        requests_per_minute: null for no limit; from the next minute on.
        usd_per_day: What its calls may cost in a day (UTC); null for no limit.
    """

    open_jobs: Most | None = None
    requests_per_minute: Most | None = None
    usd_per_day: MostUsd | None = None
    reason: Reason = ""


class TenantLimit(Contract):
    """What a tenant may have and use, as it holds.

    Attributes:
        open_jobs: None for no limit, like the others.
        own: Which of them were set for this tenant; the others are the settings'.
        set_at: When they were set; None where none was.
    """

    tenant: str
    open_jobs: int | None
    requests_per_minute: int | None
    usd_per_day: float | None
    own: tuple[str, ...]
    set_at: datetime | None


class TenantLimitPage(Contract):
    """The tenants that have limits of their own, by their names."""

    limits: tuple[TenantLimit, ...]
