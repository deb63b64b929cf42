"""Which model is to answer, and what it costs."""

from dataclasses import dataclass

from services.cli.stack.model import describe_model_of
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.llm.limit.price import Price


@dataclass(frozen=True)
class AnsweringModel:
    """A model that is to answer.

    Attributes:
        name: None where it is the demo's, or nobody knows it.
        price: None where nobody knows it.
        told: Whose price that is, in words.
    """

    name: str | None
    price: Price | None
    told: str


def find_model(target: Target, wanted: str | None) -> AnsweringModel:
    """The model that is wanted, or else the one that the target's agents call."""
    found, told = describe_model_of(target.stack, target.named_url)
    if found is None or (wanted is not None and wanted != found.name):
        by_list = f"{wanted}, by the list of prices" if wanted else told
        return AnsweringModel(wanted, Price() if wanted else None, by_list)
    name = None if found.is_demo else found.name or None
    return AnsweringModel(name, found.price, told)


def refuse_other_model(
    target: Target, planned: str | None, who: str = "the manifest is for"
) -> None:
    """Let no other model answer than was planned with, where it is known which one would.

    Args:
        who: What asks for that model, in words.

    Raises:
        CliError: The running stack's agents call another.
    """
    stack = target.stack
    if planned is None or stack is None or stack.model is None or stack.model.name == planned:
        return
    raise CliError(
        f"{who} the model {planned}, and the agents of {target.data_dir} call"
        f" {stack.model.name or 'another'}: start them with LLM_MODEL={planned}, or ask for theirs"
    )
