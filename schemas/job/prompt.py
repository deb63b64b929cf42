"""A prompt that a job brings along: one stage answers it by this text, and not by its own."""

import hashlib
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.contract import Contract
from schemas.stage import StageName
from schemas.unseen import is_unseen

MAX_PROMPT_CHARS = 20_000
"""About ten times what the stages have. It is in every record of its jobs."""

VERSION_DIGITS = 12


class PromptError(ValueError):
    """A text is no prompt. Says in which line, and why."""


class CarriedPrompt(Contract):
    """The fixed text of a stage, with the version that its answers are known by.

    Attributes:
        version: Made of the stage and the text's digest, so it is of no other text.
    """

    stage: StageName
    version: str
    text: Annotated[str, Field(min_length=1, max_length=MAX_PROMPT_CHARS)]

    @model_validator(mode="after")
    def _is_of_its_text(self) -> Self:
        if self.version != name_version(self.stage, self.text):
            raise ValueError("the version of a prompt is not of its text")
        return self


def name_version(stage: StageName, text: str) -> str:
    """The version of a text: always the same one, and that of no other."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{stage.value}-text-{digest[:VERSION_DIGITS]}"


def carry_prompt(stage: StageName, text: str) -> CarriedPrompt:
    """A text as the prompt of a stage.

    Raises:
        PromptError: It is none.
    """
    read = read_prompt(text)
    return CarriedPrompt(stage=stage, version=name_version(stage, read), text=read)


def decode_prompt(data: bytes) -> str:
    """The bytes of a file as a text, which is not read yet.

    Raises:
        PromptError: They are no UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PromptError(f"line {line}: it is no UTF-8") from error


def read_prompt(text: str) -> str:
    """A text as it is told to a model: lines end in one way, and the last one ends.

    Raises:
        PromptError: It is empty, too long, or has a character that nobody would see.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(lines.split("\n"), 1):
        if hidden := next(filter(is_unseen, line), None):
            raise PromptError(
                f"line {number}: it has a character that is not seen, U+{ord(hidden):04X}"
            )
    read = f"{lines.rstrip()}\n"
    if not read.strip():
        raise PromptError("line 1: there is no text")
    if len(read) > MAX_PROMPT_CHARS:
        last = read[:MAX_PROMPT_CHARS].count("\n") + 1
        raise PromptError(
            f"line {last}: here it is longer than {MAX_PROMPT_CHARS:,} characters; it has"
            f" {len(read):,}"
        )
    return read
