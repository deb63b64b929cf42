"""What a run came to, as `--save` writes it: per case the proposals, the scores and the effort."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

FORMAT = 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Proposal(_Part):
    """A column that was proposed."""

    name: str
    data_type: str


class Effort(_Part):
    """What the answers took.

    Attributes:
        calls: Model calls of all stages, failed ones too.
        asked_again: Those after an answer of the same stage that did not hold what was asked for.
        latencies_s: Of each call that was answered, in seconds.
        levels: How each answer was asked for: which step of the ladder, where it is told.
        cost_usd: None where the price of a call is not known.
    """

    calls: int
    asked_again: int
    latencies_s: tuple[float, ...]
    input_tokens: int
    output_tokens: int
    levels: tuple[str, ...] = ()
    cost_usd: float | None = None


class CaseOutcome(_Part):
    """What one case came to.

    Attributes:
        repeat: Which run of the case this is, from 0.
        failure: Why there is no result, as kind and code; None where there is one.
        is_partial: Whether something that was asked for is missing.
        hard: What must not be and is: check ids, and names of `measure.py`, each once.
        soft: By name, from 0 to 1; a score that does not apply to the case is left out.
        flags: Ids of checks of which a finding is only told.
        actions: How often a check led to an action, by both.
        columns: The columns of the final table that are proposed.
        headers: Of the rows: the names of all columns of the final table.
        rows: The proposed rows.
        primary: The place of the cell by which a row is recognized, from 0.
        fills: The values proposed for existing rows, by row and header.
        firsts: By stage, whether something of its first answer could be used.
    """

    case: str
    model: str
    repeat: int = 0
    failure: str | None = None
    is_partial: bool = False
    hard: tuple[str, ...] = ()
    soft: dict[str, float] = {}
    flags: tuple[str, ...] = ()
    actions: dict[str, int] = {}
    columns: tuple[Proposal, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    primary: int = 0
    fills: dict[str, dict[str, str]] = {}
    firsts: dict[str, bool] = {}
    effort: Effort

    @property
    def is_good(self) -> bool:
        """Whether the hard tier is passed."""
        return not self.hard and self.failure is None

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells this outcome apart in a run."""
        return self.case, self.model, self.repeat


class PromptNote(_Part):
    """Which prompt a stage was asked with."""

    version: str
    sha: str


class Evaluation(_Part):
    """All outcomes of a run, and what was run."""

    format: int = FORMAT
    engine: str
    models: tuple[str, ...]
    prompts: dict[str, PromptNote]
    outcomes: tuple[CaseOutcome, ...]


def save(evaluation: Evaluation, file: Path) -> None:
    """Write a run to a file."""
    file.write_text(evaluation.model_dump_json(indent=1) + "\n", "utf-8")


def load(file: Path) -> Evaluation:
    """Read a run from a file.

    Raises:
        pydantic.ValidationError: It holds no run, or one of another format.
    """
    return Evaluation.model_validate_json(file.read_bytes())
