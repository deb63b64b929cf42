"""The prompt that a replay is planned for: a version that agents have, or the text of a file."""

from pathlib import Path

from schemas.job.prompt import (
    MAX_PROMPT_CHARS,
    CarriedPrompt,
    PromptError,
    carry_prompt,
    decode_prompt,
)
from schemas.stage import StageName
from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error

MAX_FILE_BYTES = 4 * MAX_PROMPT_CHARS
"""As many as so many characters can have in UTF-8; of a larger file nothing more is read."""


def read_choice(said: str | None, stage: StageName) -> CarriedPrompt | str | None:
    """What `--prompt` names: the text of a file that is there, or else a version.

    Raises:
        CliError: The file holds no prompt, or what is named as a file is none.
    """
    if said is None:
        return None
    path = Path(said)
    is_named_as_file = "/" in said or path.suffix in {".txt", ".md", ".prompt"}
    if not is_named_as_file and not path.is_file():
        return said
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CliError(f"{said} cannot be read: {tell_os_error(error)}") from error
    if len(data) > MAX_FILE_BYTES:
        raise CliError(
            f"{said} is no prompt: it is longer than {MAX_PROMPT_CHARS:,} characters, of which a"
            " prompt has that many at most"
        )
    try:
        return carry_prompt(stage, decode_prompt(data))
    except PromptError as error:
        raise CliError(f"{said} is no prompt: {error}") from error
