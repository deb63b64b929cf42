"""How a stage's process runs."""

import re
import socket
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MAX_HOST_CHARS = 40


class StageSettings(BaseSettings):
    """Settings of one stage process, from STAGE_* in the environment."""

    model_config = SettingsConfigDict(env_prefix="STAGE_", frozen=True, extra="ignore")

    instance_id: str = Field(
        "",
        pattern=r"^[a-z0-9-]*$",
        description="Stable and unique name of this worker, for static group membership;"
        ' "" takes the stage\'s name with -agent- and the name of the host.',
    )
    concurrency: int = Field(64, ge=1, le=4096, description="Records handled at a time.")
    partition_window: int = Field(
        64, ge=1, le=4096, description="Records open per partition before pulling stops."
    )
    held_mib: int = Field(
        16,
        ge=1,
        le=4096,
        description="Records fetched and not done, in MiB, from which on no more are fetched. A"
        " record being handled takes up to eight times its size.",
    )
    flood_limit: int = Field(
        100, ge=1, description="Dead letters in a minute that may stop the stage."
    )
    flood_share: float = Field(
        0.5, gt=0, le=1, description="Their share of the records that does stop it."
    )
    drain_s: float = Field(
        20.0, gt=0, description="On a stop, how long calls under way may go on, in seconds."
    )
    ledger_margin_s: float = Field(
        600.0,
        ge=0,
        description="How far before the oldest open record answers are read back, in seconds.",
    )
    still_s: float = Field(
        900.0,
        gt=0,
        description="How long nothing may be pulled, called or published while records are open and"
        " nothing is parked, in seconds; then the process ends, to be started again.",
    )
    health_host: str = Field("127.0.0.1", description="Where health and metrics are served.")
    health_port: int = Field(
        0, ge=0, le=65535, description="Port of health and metrics; 0 serves none."
    )
    data_dir: Path = Field(
        Path(".brainshare/faust"), description="A writable folder, which Faust insists on."
    )

    def name_worker(self, stage: str) -> str:
        """The name of this worker of a stage. Two hosts never have the same by default."""
        host = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().lower())[:MAX_HOST_CHARS]
        return self.instance_id or f"{stage}-agent-{host}"
