"""With what a model is asked, beside the question."""

import hashlib
import json

from services.llm.server.settings import LlmSettings


def name_parameters(settings: LlmSettings) -> str | None:
    """Tells apart settings by which one question may be answered otherwise: 12 hex digits.

    None where nobody has named the model: the server chooses it then, today another one perhaps.
    """
    if not settings.effective_model:
        return None
    told = [
        settings.effective_profile.value,
        None if settings.is_demo else settings.effective_base_url,
        settings.effective_model,
        settings.max_completion_tokens,
        settings.reasoning_tokens,
        settings.service_tier,
        (settings.level or settings.known.level).value,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
