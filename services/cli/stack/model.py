"""Which model the agents of a stack call, in words: what runs should never be a guess."""

from services.cli.stack.settings import StackOptions
from services.cli.stack.stack_file import StackModel
from services.llm.server.settings import LlmSettings

DEMO = "the demo model: canned data (set OPENAI_API_KEY or LLM_PROFILE for a real one)"


def describe_model(options: StackOptions, settings: LlmSettings) -> StackModel:
    """The model, where it is, and which setting says so."""
    if options.uses_demo:
        return StackModel(is_demo=True, finding=DEMO)
    where = settings.effective_base_url or "the provider's own address"
    name = settings.effective_model or "the only model"
    why = f"profile {settings.effective_profile}, {settings.why}"
    return StackModel(is_demo=False, finding=f"{name} at {where} ({why})")
