"""What came back from a model server with a good status: a completion, or an error all the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.failure.error import StageError
from services.llm.exchange.completion import Completion, read_body, read_completion
from services.llm.server.provider_failure import classify_refusal, wrong_address
from services.llm.server.refusal import find_error, is_page, read_refusal

OK = 200


@dataclass(frozen=True)
class Reply:
    """What came back from a server, unread.

    Attributes:
        address: Where it came from, for people.
        asked: The most tokens of an answer that were asked for, None where none were.
        is_stream: Whether it came in pieces.
        waited_s: Until its first token, in seconds; None where all of it came at once.
        broke_off: Why it ends before its end, None where it does not.
    """

    content: bytes
    headers: Mapping[str, str]
    latency_s: float
    charset: str | None = None
    address: str = ""
    asked: int | None = None
    is_stream: bool = False
    waited_s: float | None = None
    broke_off: StageError | None = None


def read_reply(reply: Reply) -> Completion:
    """The completion in a reply. An error in it is looked at first, and classified as any other.

    What broke off is read as far as it goes: it may hold all that was asked for.

    Raises:
        StageError: It holds an error, or is no completion: a page of HTML, for instance.
    """
    body = read_body(reply.content, reply.charset)
    if body is None and reply.broke_off is not None:
        raise reply.broke_off
    if body is None and is_page(reply.headers, reply.content[:1000].decode(errors="replace")):
        raise wrong_address(reply.address, "it answered with a page for people")
    error = find_error(body)
    if error is not None:
        raise _classify(reply, error)
    completion = read_completion(body)
    failed = [choice.error for choice in completion.choices if choice.error and not choice.said]
    if failed and len(failed) == len(completion.choices):
        raise _classify(reply, failed[0])
    return completion


def _classify(reply: Reply, error: Any) -> StageError:
    refusal = read_refusal(OK, error, reply.headers, asked=reply.asked, address=reply.address)
    return classify_refusal(refusal)
