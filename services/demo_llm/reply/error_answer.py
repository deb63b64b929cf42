"""Errors in OpenAI's form, and the headers that every answer of this server has."""

from pydantic import ValidationError
from pydantic_core import to_json
from starlette.responses import Response

from services.demo_llm.fault.fault import Fault, FaultKind


def build_headers(number: int) -> dict[str, str]:
    """Return the headers of the answer with this number; `x-demo` says that it is canned."""
    return {"x-demo": "1", "x-request-id": f"req_demo_{number}"}


def encode_error(fault: Fault) -> bytes:
    """Return the body of an error answer."""
    if fault.is_text:
        return fault.message.encode()
    error = {
        "message": fault.message,
        "type": fault.type,
        "param": fault.param,
        "code": fault.code,
    }
    return to_json({"error": error})


def refuse(status: int, message: str, number: int, param: str | None = None) -> Response:
    """Return the answer to a request that is wrong in itself; `param` names the wrong field."""
    code = "model_not_found" if param == "model" else None
    kind = FaultKind.STATUS
    fault = Fault("refused", 0, kind, status, "invalid_request_error", code, param, message)
    return Response(encode_error(fault), status, build_headers(number), "application/json")


def say_first_error(error: Exception) -> str:
    """Return what is wrong in one line, without what the client sent."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"
    return str(error)
