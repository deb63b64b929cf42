"""What came back from a model server with a good status: a completion, or an error all the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.failure.error import StageError
from services.llm.exchange.body import mend_body, read_body
from services.llm.exchange.completion import Completion, read_completion
from services.llm.refusal.connection import wrong_address
from services.llm.refusal.hidden_error import find_doubt, find_error
from services.llm.refusal.provider_failure import classify_refusal
from services.llm.refusal.refusal import is_page, read_refusal
from services.llm.refusal.sign import ADDRESS_WORDS

OK = 200
MAX_PAGE_BYTES = 20_000


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
    if body is None:
        body = _mend(reply)
    error = find_error(body)
    if error is not None:
        raise _classify(reply, error)
    completion, doubt = read_completion(body), find_doubt(body)
    if doubt is not None:
        completion = replace(completion, doubt=_classify(reply, doubt))
    failed = [
        choice.error
        for choice in completion.choices
        if choice.error and not (choice.said or choice.thoughts)
    ]
    if failed and len(failed) == len(completion.choices):
        raise _classify(reply, failed[0])
    return completion


def _mend(reply: Reply) -> Any:
    """The completion in what is no JSON by itself.

    Raises:
        ProviderError: It is a page for people, or another server's greeting.
    """
    begin = reply.content[:MAX_PAGE_BYTES].decode(errors="replace")
    if is_page(reply.headers, begin) or begin.lstrip().startswith("<?xml"):
        raise wrong_address(reply.address, "it answered with a page for people")
    if ADDRESS_WORDS.search(begin):
        raise wrong_address(reply.address, "it answered with a greeting")
    return mend_body(reply.content, reply.charset)


def _classify(reply: Reply, error: Any) -> StageError:
    refusal = read_refusal(OK, error, reply.headers, asked=reply.asked, address=reply.address)
    return classify_refusal(refusal)
