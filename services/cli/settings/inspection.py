"""Looks at all settings before anything starts: what may not be, and what nobody reads."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pydantic_settings import BaseSettings

from services.cli.settings.catalogue import FRAGMENTS
from services.cli.terminal.error import SettingsWrong
from services.lifecycle.settings import SettingsError, fields_of, read_settings
from services.llm.server.settings import LlmSettings, ModelSettingsError

OURS = ("STAGE_", "RETRY_", "GATEWAY_", "BRAINSHARE_", "DEMO_LLM_", "LLM_")
SHARED = ("KAFKA_", "OPENAI_", "DATABASE_")
"""Others use these prefixes, too: only what looks like a slip is named."""
NEAR = 0.85


def refuse_wrong_settings(environment: Mapping[str, str]) -> None:
    """Read every fragment once.

    Raises:
        SettingsWrong: A line for each value that may not be.
    """
    if wrong := [*dict.fromkeys(_wrong())]:
        raise SettingsWrong("\n".join([*wrong, *find_unread(environment)]))


def find_unread(environment: Mapping[str, str]) -> Iterator[str]:
    """A line for each variable that looks like a setting of ours and is none."""
    known = {variable for fragment in FRAGMENTS.values() for variable, _ in fields_of(fragment)}
    for name in sorted(environment.keys() - known):
        near = get_close_matches(name, known, n=1, cutoff=NEAR)
        if near and name.startswith((*OURS, *SHARED)):
            yield f"{name} is no setting: did you mean {near[0]}?"
        elif name.startswith(OURS):
            yield f"{name} is no setting: `brainshare settings` lists all"


def _wrong() -> Iterator[str]:
    read: dict[type[BaseSettings], BaseSettings] = {}
    for fragment in FRAGMENTS.values():
        try:
            read[fragment] = read_settings(fragment)
        except SettingsError as error:
            yield from str(error).splitlines()
    try:
        if isinstance(llm := read.get(LlmSettings), LlmSettings):
            llm.refuse_unfit()
    except ModelSettingsError as error:
        yield str(error)
