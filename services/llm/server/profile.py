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
# On two cores 8,000 tokens of prompt are read in five minutes; loading a model takes minutes too.
OWN_FIRST_TOKEN_S = 300.0


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
        streams: Whether it is asked for its answers in pieces, which takes more of our time: a
            server of one's own may be slow, so that only its tokens show that it lives. None for
            one that is asked so once it was too slow for an answer as a whole.
        start_calls: How many calls at a time to begin with, to find how many are of use; None for
            a server that takes as many as there are.
        first_token_s: How long it may take to begin an answer, with those before it in its queue.
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
    streams: bool | None = None
    first_token_s: float = 120.0
    start_calls: int | None = None


PROFILES: dict[ProfileName, Profile] = {
    ProfileName.DEMO: Profile(DEMO_BASE_URL, DEMO_MODEL, streams=False),
    ProfileName.OPENAI: Profile(
        model=OPENAI_MODEL,
        needs_key=True,
        keepalive_s=LONG_KEEPALIVE_S,
        is_free=False,
        knows_storage=True,
        may_cut=False,
    ),
    ProfileName.OLLAMA: Profile(
        "http://127.0.0.1:11434/v1",
        keepalive_s=LONG_KEEPALIVE_S,
        takes_counts=True,
        streams=True,
        first_token_s=OWN_FIRST_TOKEN_S,
        start_calls=2,
    ),
    # It has no JSON mode, but takes schemas.
    ProfileName.LMSTUDIO: Profile(
        "http://127.0.0.1:1234/v1",
        takes_counts=True,
        streams=True,
        first_token_s=OWN_FIRST_TOKEN_S,
        start_calls=2,
    ),
    # Its own default port is our gateway's.
    ProfileName.VLLM: Profile(
        needs_base_url=True,
        takes_counts=True,
        streams=True,
        first_token_s=OWN_FIRST_TOKEN_S,
        start_calls=8,
    ),
    ProfileName.LLAMACPP: Profile(
        "http://127.0.0.1:8080/v1",
        model="default",
        takes_counts=True,
        streams=True,
        first_token_s=OWN_FIRST_TOKEN_S,
        start_calls=2,
    ),
    ProfileName.CUSTOM: Profile(
        needs_base_url=True, is_free=False, first_token_s=OWN_FIRST_TOKEN_S, start_calls=8
    ),
}
