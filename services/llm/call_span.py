"""The span of one request to a model server, with the names of OpenTelemetry's conventions."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from services.failure.error import StageError
from services.llm.exchange.completion import Completion
from services.llm.server.reply import Reply
from services.llm.server.settings import LlmSettings
from services.telemetry.convention import genai
from services.telemetry.trace import attribute
from services.telemetry.trace.span import NO_SPAN, Kind, Span, Told, is_traced, open_span

MAX_TOKENS = ("max_completion_tokens", "max_tokens")


@contextmanager
def trace_call(request: dict[str, Any], settings: LlmSettings) -> Iterator[Span]:
    """Open the span of a request. Nothing of what is asked and answered is in it."""
    if not is_traced():
        yield NO_SPAN
        return
    name = f"{genai.CHAT} {request['model']}"
    with open_span(name, Kind.CLIENT, _describe(request, settings)) as span:
        try:
            yield span
        except StageError as error:
            span.fail(error.failure.value)
            raise


def tell_reply(span: Span, reply: Reply, completion: Completion) -> None:
    """Say what came back, and what it took."""
    usage = completion.usage
    finished = tuple(choice.finish for choice in completion.choices if choice.finish)
    span.tell(
        {
            genai.RESPONSE_MODEL: completion.model or None,
            genai.FINISH_REASONS: finished or None,
            genai.FIRST_CHUNK_S: reply.waited_s,
            genai.INPUT_TOKENS: usage.input_tokens,
            genai.OUTPUT_TOKENS: usage.output_tokens,
            genai.CACHED_TOKENS: usage.cached_tokens,
            genai.REASONING_TOKENS: usage.reasoning_tokens,
        }
    )


def _describe(request: dict[str, Any], settings: LlmSettings) -> Told:
    host, port = _find_server(settings.effective_base_url or "")
    return {
        genai.OPERATION: genai.CHAT,
        genai.PROVIDER: settings.effective_profile.value,
        genai.REQUEST_MODEL: request["model"],
        genai.REQUEST_MAX_TOKENS: next((request[n] for n in MAX_TOKENS if request.get(n)), None),
        genai.REQUEST_TEMPERATURE: request.get("temperature"),
        genai.REQUEST_STREAM: bool(request.get("stream")),
        genai.OUTPUT_TYPE: genai.JSON,
        attribute.SERVER_ADDRESS: host,
        attribute.SERVER_PORT: port,
    }


@cache
def _find_server(url: str) -> tuple[str | None, int | None]:
    try:
        server = urlsplit(url)
        return server.hostname, server.port
    except ValueError:  # the client says what is wrong with it
        return None, None
