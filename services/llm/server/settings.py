"""Which model server is called and how long it waits."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.llm.exchange.output_mode import OutputMode
from services.llm.limit.price import FREE, Price
from services.llm.server.profile import OPENAI_MODEL, PROFILES, Profile, ProfileName

# Servers of one's own ask for no key, but the client will not start without one.
NO_KEY = SecretStr("none")
DEMO_KEY = SecretStr("demo")


class ModelSettingsError(Exception):
    """The settings name no model that may be called. The message says what to do."""


class LlmSettings(BaseSettings):
    """Settings of the model client, from OPENAI_* and LLM_* in the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    profile: ProfileName | None = Field(
        None,
        validation_alias="LLM_PROFILE",
        description="Which server is meant: demo, openai, ollama, lmstudio, vllm, llamacpp or"
        " custom; absent: openai with a key, custom with an address, the demo with neither.",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="The provider's key. With neither it nor an address the demo is called.",
    )
    base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="An OpenAI-compatible server; absent: the profile's own.",
    )
    demo_url: str | None = Field(
        None,
        validation_alias="LLM_DEMO_URL",
        description="Where the demo is; absent: on this host.",
    )
    model: str | None = Field(
        None,
        validation_alias="LLM_MODEL",
        description="The model's name; absent: the profile's, gpt-4.1 or"
        " demo-table-1, or the only one that the server has.",
    )
    timeout_s: float = Field(
        60.0,
        gt=0,
        validation_alias="LLM_TIMEOUT_S",
        description="Total time of a call whose answer comes as a whole, in seconds; of one that is"
        " streamed the longest time between two tokens.",
    )
    first_token_timeout_s: float | None = Field(
        None,
        gt=0,
        validation_alias="LLM_FIRST_TOKEN_TIMEOUT_S",
        description="Longest time until a streamed answer begins, in seconds, while the server"
        " works for none of our calls; absent: 300 for servers of one's own, 120 for openai.",
    )
    stream: bool | None = Field(
        None,
        validation_alias="LLM_STREAM",
        description="Whether answers are streamed; absent: from servers of one's own, and from"
        " others after an answer as a whole was too slow in coming. Not where a server refuses it.",
    )
    max_completion_tokens: int = Field(
        8192,
        ge=1,
        validation_alias="LLM_MAX_COMPLETION_TOKENS",
        description="Most tokens of one answer; less where the server has told that it takes less.",
    )
    reasoning_tokens: int = Field(
        0,
        ge=0,
        validation_alias="LLM_REASONING_TOKENS",
        description="Added to the most tokens of an answer, for a model that thinks first; grows"
        " by itself to what such a model reports, to 65,536 at most.",
    )
    service_tier: Literal["auto", "default", "flex", "priority"] | None = Field(
        None,
        validation_alias="LLM_SERVICE_TIER",
        description="The provider's service tier; absent: not sent.",
    )
    level: OutputMode | None = Field(
        None,
        validation_alias="LLM_JSON_LEVEL",
        description="How the model is asked for JSON: json-schema-strict, json-schema, function,"
        " json-object or text, and never otherwise; absent: the best that the server takes.",
    )
    memory_dir: Path | None = Field(
        None,
        validation_alias="LLM_MEMORY_DIR",
        description="Where the workers of a host tell each other what the model server refuses;"
        " absent: each in its own STAGE_DATA_DIR.",
    )
    requests_per_minute: float | None = Field(
        None,
        gt=0,
        validation_alias="LLM_REQUESTS_PER_MINUTE",
        description="Most calls a minute of one process; absent: no limit.",
    )
    tokens_per_minute: float | None = Field(
        None,
        gt=0,
        validation_alias="LLM_TOKENS_PER_MINUTE",
        description="Most tokens a minute of one process, prompts and answers; absent: no limit.",
    )
    price_input_per_mtok: float | None = Field(
        None,
        ge=0,
        validation_alias="LLM_PRICE_INPUT_PER_MTOK",
        description="US dollars for a million tokens of prompt; absent: from the price list.",
    )
    price_output_per_mtok: float | None = Field(
        None,
        ge=0,
        validation_alias="LLM_PRICE_OUTPUT_PER_MTOK",
        description="US dollars for a million tokens of answer; absent: from the price list.",
    )
    daily_budget_usd: float | None = Field(
        None,
        gt=0,
        validation_alias="LLM_DAILY_BUDGET_USD",
        description="What one worker may spend in a day of UTC; then its stage parks until the"
        " next. Absent: no limit.",
    )
    environment: str = Field(
        "", validation_alias="BRAINSHARE_ENV", description="production refuses the demo engine."
    )
    allow_demo: bool = Field(
        False,
        validation_alias="LLM_ALLOW_DEMO",
        description="Whether the demo engine may run in production.",
    )

    @property
    def effective_profile(self) -> ProfileName:
        """The profile that is meant."""
        if self.profile is not None:
            return self.profile
        if self.base_url is not None:
            is_demo = self.api_key == DEMO_KEY
            return ProfileName.DEMO if is_demo else ProfileName.CUSTOM
        return ProfileName.DEMO if self.api_key is None else ProfileName.OPENAI

    @property
    def known(self) -> Profile:
        """What is known of the server that is meant."""
        return PROFILES[self.effective_profile]

    @property
    def is_demo(self) -> bool:
        """Whether the demo model is what is meant. Never because a provider fails."""
        return self.effective_profile is ProfileName.DEMO

    @property
    def effective_key(self) -> str:
        """The key to send. The demo server is sent none, whatever the environment holds."""
        key = None if self.is_demo else self.api_key
        return (key or NO_KEY).get_secret_value()

    @property
    def effective_base_url(self) -> str | None:
        """The server to call; None for the client's own default."""
        return self.base_url or (self.is_demo and self.demo_url) or self.known.base_url

    @property
    def effective_model(self) -> str:
        """The model to ask for; "" for the only one that the server has."""
        guessed = OPENAI_MODEL if self.api_key else ""
        return self.model or self.known.model or guessed

    @property
    def is_model_guessed(self) -> bool:
        """Whether nobody has named the model."""
        return self.model is None and self.known.model is None

    @property
    def price(self) -> Price:
        """What calls cost: as set, nothing where the profile says so, or by the price list."""
        given = (self.price_input_per_mtok, self.price_output_per_mtok)
        if None not in given:
            return Price(*given)
        return FREE if self.known.is_free else Price(base_url=self.effective_base_url)

    @property
    def is_near(self) -> bool:
        """Whether the server is on this host, where a proxy of the environment is not meant."""
        host = urlsplit(self.effective_base_url or "").hostname or ""
        return host == "localhost" or host.startswith("127.") or host == "::1"

    @property
    def why(self) -> str:
        """What made this profile the one that is live."""
        if self.profile is not None:
            return f"LLM_PROFILE is {self.profile}"
        if self.base_url is not None:
            return "OPENAI_BASE_URL is set" + ("" if self.api_key else ", without a key")
        return "OPENAI_API_KEY is " + ("not set" if self.api_key is None else "set")

    def refuse_unfit(self) -> None:
        """Refuse settings with which no call may or can be made.

        Raises:
            ModelSettingsError: It says what to set.
        """
        self._refuse_address()
        name, known = self.effective_profile, self.known
        if self.is_demo and self.environment == "production" and not self.allow_demo:
            raise ModelSettingsError(
                f"the demo engine is refused in production ({self.why}): set OPENAI_API_KEY or"
                " LLM_PROFILE, or LLM_ALLOW_DEMO=true if canned data is what you want"
            )
        missing = [
            variable
            for variable, is_missing in (
                ("OPENAI_API_KEY", known.needs_key and self.api_key is None),
                ("OPENAI_BASE_URL", known.needs_base_url and self.base_url is None),
            )
            if is_missing
        ]
        if missing:
            raise ModelSettingsError(f"the profile {name} needs {' and '.join(missing)}: set it")

    def _refuse_address(self) -> None:
        """Refuse an address that no call can be made to. It is not quoted: it may hold a secret."""
        try:
            url = urlsplit(self.base_url or "http://unset")
            is_address = url.scheme in ("http", "https") and bool(url.hostname)
            has_secret = "@" in url.netloc
            is_address = is_address and (url.port is None or url.port > 0)
        except ValueError:
            is_address, has_secret = False, False
        if has_secret:
            raise ModelSettingsError(
                "OPENAI_BASE_URL holds a user or a password: set the key in OPENAI_API_KEY instead"
            )
        if not is_address:
            raise ModelSettingsError(
                "OPENAI_BASE_URL is no address: set it to one such as http://127.0.0.1:8080/v1"
            )
