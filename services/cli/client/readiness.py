"""Whether a gateway is ready, as it says itself."""

import json
from dataclasses import replace
from http import HTTPStatus

from brainshare_client import BrainshareError, Unauthorized
from brainshare_client.exchange.answer import Answer
from brainshare_client.exchange.call import Call, read_from
from brainshare_client.exchange.step import Course, Flow, exchange
from services.cli.client.answer import KEY_HINT
from services.cli.client.command_client import CommandClient
from services.cli.terminal.os_error import tell_os_error


def read_readiness(gateway: CommandClient) -> tuple[bool, str]:
    """Whether the gateway is ready, and what it says of itself."""
    try:
        answer = gateway.run_once(Course(_ask))
    except Unauthorized:
        return False, f"it asks for a key that goes: {KEY_HINT}"
    except BrainshareError as error:
        return False, tell_os_error(error)
    if not _is_ours(answer.content):
        return False, f"what answers there ({answer.status}) is no Brainshare gateway"
    return answer.status == HTTPStatus.OK, answer.content.decode(errors="replace")


def _ask() -> Flow[Answer]:
    call: Call[Answer] = read_from("/readyz", lambda answer: answer)
    return exchange(replace(call, accepts=(HTTPStatus.SERVICE_UNAVAILABLE,)))


def _is_ours(content: bytes) -> bool:
    """Whether it is what a gateway of ours says of its readiness."""
    try:
        told = json.loads(content)
    except ValueError:
        return False
    return isinstance(told, dict) and isinstance(told.get("ready"), bool) and "projectorLag" in told
