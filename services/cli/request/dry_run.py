"""A body that would be posted in; what its job would take out. Nothing is sent."""

from pydantic import ValidationError

from schemas.job.request import MAX_REQUEST_BYTES, SuggestionRequest
from schemas.wrong_value import tell_wrong
from services.cli.terminal.error import CliError
from services.estimate.estimate import Estimate, estimate_job
from services.gateway.api.field_error import list_field_errors
from services.llm.limit.price import Price

MAX_TOLD = 3


def estimate_body(body: bytes, name: str, model: str, price: Price | None) -> Estimate:
    """What a request would take.

    Args:
        name: Where it comes from, for messages.
        model: The one that would be called, "" where nobody knows it; likewise its price.

    Raises:
        CliError: The gateway would refuse it.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise CliError(
            f"{name} is a request of {len(body):,} bytes, and the gateway takes"
            f" {MAX_REQUEST_BYTES:,}: give fewer rows"
        )
    try:
        request = SuggestionRequest.model_validate_json(body)
    except ValidationError as error:
        raise CliError(f"{name} is no valid request: {_tell(error, body)}") from error
    return estimate_job(request, model, price)


def _tell(error: ValidationError, body: bytes) -> str:
    """As the gateway tells it."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return f"/: {tell_wrong(first)}"
    told = list_field_errors(error, body)[:MAX_TOLD]
    return "; ".join(f"{e.pointer}: {e.message}" if e.pointer else e.message for e in told)
