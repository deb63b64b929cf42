"""Which model server is meant, and what is known of it: a name instead of a dozen settings."""

from dataclasses import dataclass
from enum import StrEnum

from services.llm.exchange.output_mode import OutputMode

DEMO_BASE_URL = "http://127.0.0.1:8001/v1"
DEMO_MODEL = "demo-table-1"
OPENAI_MODEL = "gpt-4.1"
# Below the 5 s after which uvicorn-based servers (vLLM and our demo among them) close an idle
# connection: a request written into one that is being closed fails.
SHORT_KEEPALIVE_S = 4.0
LONG_KEEPALIVE_S = 30.0


class ProfileName(StrEnum):
    """The servers that are known by name."""

    DEMO = "demo"
    OPENAI = "openai"
    OLLAMA = "ollama"
    LMSTUDIO = "lmstudio"
    VLLM = "vllm"
    LLAMACPP = "llamacpp"
    CUSTOM = "custom"


@dataclass(frozen=True)
class Profile:
    """What is known of a server before it is called. Settings that are given go before it.

    Attributes:
        base_url: None for the client's own default, or where it must be given.
        model: None where it must be given, or is the only one that the server has.
        needs_key: Whether it answers nobody without one.
        needs_base_url: Whether no default is known.
        level: The step of the ladder to begin with.
        keepalive_s: For how long an idle connection is kept.
        is_free: Whether a call costs nothing.
        knows_storage: Whether it takes `store` and `prompt_cache_key`.
        takes_counts: Whether it takes a schema for each call, with counts in it. A provider that
            prepares a schema once, when it is new, is given the same one always.
        may_cut: Whether it may read only a part of a prompt that is too long, in silence.
    """

    base_url: str | None = None
    model: str | None = None
    needs_key: bool = False
    needs_base_url: bool = False
    level: OutputMode = OutputMode.STRICT
    keepalive_s: float = SHORT_KEEPALIVE_S
    is_free: bool = True
    knows_storage: bool = False
    takes_counts: bool = False
    may_cut: bool = True


PROFILES: dict[ProfileName, Profile] = {
    ProfileName.DEMO: Profile(DEMO_BASE_URL, DEMO_MODEL),
    ProfileName.OPENAI: Profile(
        model=OPENAI_MODEL,
        needs_key=True,
        keepalive_s=LONG_KEEPALIVE_S,
        is_free=False,
        knows_storage=True,
        may_cut=False,
    ),
    ProfileName.OLLAMA: Profile(
        "http://127.0.0.1:11434/v1", keepalive_s=LONG_KEEPALIVE_S, takes_counts=True
    ),
    # It has no JSON mode, but takes schemas.
    ProfileName.LMSTUDIO: Profile("http://127.0.0.1:1234/v1", takes_counts=True),
    # Its own default port is our gateway's.
    ProfileName.VLLM: Profile(needs_base_url=True, takes_counts=True),
    ProfileName.LLAMACPP: Profile("http://127.0.0.1:8080/v1", model="default", takes_counts=True),
    ProfileName.CUSTOM: Profile(needs_base_url=True, is_free=False),
}
