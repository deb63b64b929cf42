"""What each tenant may have and use."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TenantSettings(BaseSettings):
    """Limits of each tenant, from TENANT_* in the environment. None for no limit."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_TENANT_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    open_jobs: int | None = Field(
        None, ge=1, description="Jobs of a tenant that are not final, at most; more get a 429."
    )
    requests_per_minute: int | None = Field(
        None, ge=1, description="Requests of a tenant in a minute, at most; more get a 429."
    )
    usd_per_day: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="What a tenant's calls may cost in a day (UTC), in US dollars, before new jobs"
        " get a 429. Those that are accepted go on.",
    )
