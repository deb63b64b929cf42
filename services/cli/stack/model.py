"""Which model the agents of a stack call, in words: what runs should never be a guess."""

from schemas.job.record import Usage
from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import Stack, StackModel
from services.lifecycle.settings import read_settings
from services.llm.limit.price import FREE
from services.llm.server.settings import LlmSettings

DEMO_NAME = "the demo model"
DEMO = "the demo model: canned data (set OPENAI_API_KEY or LLM_PROFILE for a real one)"


def describe_model(options: StackOptions, settings: LlmSettings) -> StackModel:
    """The model, where it is, and which setting says so."""
    if options.uses_demo:
        return StackModel(is_demo=True, finding=DEMO, name=DEMO_NAME, price=FREE)
    where = settings.effective_base_url or "the provider's own address"
    name = settings.effective_model or "the only model"
    why = f"profile {settings.effective_profile}, {settings.why}"
    return StackModel(
        is_demo=False,
        finding=f"{name} at {where} ({why})",
        name=settings.effective_model,
        price=settings.price,
    )


def describe_model_of(stack: Stack | None, named_url: str | None) -> tuple[StackModel | None, str]:
    """The model that a target's agents call, and in words whose price that is.

    Args:
        named_url: A gateway that is not known to be of a stack of this machine.
    """
    address = stack.find_address("gateway") if stack else None
    is_stack_s = named_url is None or (address is not None and address in named_url)
    if stack is not None and stack.model is not None and is_stack_s:
        model, where = stack.model, "the running stack's"
    elif named_url is not None:
        return None, f"not known, nobody here knows which model {named_url} calls"
    else:
        model, where = (
            describe_model(read_settings(StackOptions), read_settings(LlmSettings)),
            "by the settings here",
        )
    name = model.name or "the server's only model"
    if model.price is None:
        return model, f"not known, a stack of an earlier release runs ({where} model)"
    is_priced = model.price.cost_usd(model.name, Usage(input_tokens=1, output_tokens=1)) is not None
    told = "" if is_priced else ", which no price list names: set LLM_PRICE_INPUT_PER_MTOK"
    return model, f"{name}, {where}{told}"
