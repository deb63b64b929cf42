"""How a contract is answered."""

from http import HTTPStatus

from starlette.responses import Response

from schemas.contract import Contract

JSON_TYPE = "application/json"
RENAMED = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
"""After RFC 9110: Python calls these otherwise, each release as it likes."""


def answer_json(
    body: Contract, headers: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with a contract, serialized once."""
    return answer_bytes(body.to_json(), headers, status)


def answer_bytes(
    body: bytes, headers: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with a contract that was serialized before."""
    return Response(body, status, headers, JSON_TYPE)


def name_status(status: HTTPStatus) -> str:
    """What a status is called."""
    return RENAMED.get(status, status.phrase)
