"""Every failure that this server can act out, by name; the order is that of the draw."""

from collections.abc import Mapping

from services.demo_llm.fault.fault import Fault, FaultKind

_INVALID = "invalid_request_error"
_OVERLOADED = "The demo server acts overloaded"


_UNKNOWN = "this parameter is not supported with this model"

OPTIONAL_FIELDS = (
    "max_completion_tokens",
    "prompt_cache_key",
    "safety_identifier",
    "service_tier",
    "store",
    "metadata",
    "seed",
    "temperature",
)
"""Fields that servers refuse which do not know them; `no-` and the name, with dashes."""


def _status(name: str, row: int, status: int, message: str, **fields: object) -> Fault:
    return Fault(name, row, FaultKind.STATUS, status, message=message, **fields)  # type: ignore[arg-type]


def _unsupported(name: str, trait: str, param: str, problem: str) -> Fault:
    return _status(
        name,
        17,
        400,
        f"Invalid parameter: '{param}': {problem}",
        type=_INVALID,
        code="unsupported_parameter" if problem == _UNKNOWN else None,
        param=param,
        trait=trait,
    )


def _slip(name: str, check: str) -> Fault:
    return Fault(name, 26, FaultKind.ANSWER, check=check)


_TABLE = (
    _status("408", 6, 408, "Request timed out", type=_INVALID),
    _status("409", 6, 409, "The resource is locked by another request", type="conflict_error"),
    _status(
        "429",
        7,
        429,
        "Rate limit reached for requests",
        type="requests",
        code="rate_limit_exceeded",
        has_retry_after=True,
    ),
    _status("429-bare", 7, 429, "Too many requests", type="requests"),
    _status(
        "quota",
        8,
        429,
        "You exceeded your current quota",
        type="insufficient_quota",
        code="insufficient_quota",
    ),
    _status("402", 8, 402, "Payment required", type="billing_error", code="payment_required"),
    _status(
        "flex",
        9,
        429,
        "Resource unavailable",
        type="requests",
        code="resource_unavailable",
        trait="flex",
    ),
    _status("500", 10, 500, "The server had an error"),
    _status("502", 10, 502, "Bad gateway", is_text=True),
    _status("503", 10, 503, _OVERLOADED, code="server_overloaded"),
    _status("504", 10, 504, "Gateway timeout", is_text=True),
    _status("529", 10, 529, _OVERLOADED, type="overloaded_error"),
    _status("retry", 11, 400, "Try again", headers={"x-should-retry": "true"}),
    _status("no-retry", 11, 503, "Do not try again", headers={"x-should-retry": "false"}),
    _status("401", 12, 401, "Incorrect API key provided", type=_INVALID, code="invalid_api_key"),
    _status(
        "403",
        13,
        403,
        "Country, region or territory not supported",
        type="request_forbidden",
        code="unsupported_country_region_territory",
    ),
    _status(
        "404",
        14,
        404,
        "The model does not exist or you do not have access to it",
        type=_INVALID,
        code="model_not_found",
        param="model",
    ),
    _status(
        "context",
        15,
        400,
        "This model's maximum context length is 4096 tokens; your messages are longer",
        type=_INVALID,
        code="context_length_exceeded",
        param="messages",
    ),
    _status("unexplained", 17, 400, "", type=_INVALID, trait="json_schema"),
    _unsupported("no-strict", "strict", "response_format", "'strict' true is not supported"),
    _unsupported(
        "no-json-schema", "json_schema", "response_format", "type 'json_schema' is not supported"
    ),
    _unsupported(
        "no-json-object", "json_object", "response_format", "type 'json_object' is not supported"
    ),
    _unsupported("no-tools", "tools", "tools", "tools are not supported"),
    _unsupported(
        "bad-schema", "json_schema", "response_format", "the schema has a keyword that is not known"
    ),
    *(
        _unsupported(f"no-{field.replace('_', '-')}", field, field, _UNKNOWN)
        for field in OPTIONAL_FIELDS
    ),
    _status(
        "policy",
        18,
        400,
        "The request was rejected by the content policy",
        type=_INVALID,
        code="content_policy_violation",
    ),
    _status("prompt", 18, 400, "Invalid prompt", type=_INVALID, code="invalid_prompt"),
    Fault("slow", 4, FaultKind.WIRE),
    Fault("hang", 4, FaultKind.WIRE),
    Fault("drip", 4, FaultKind.WIRE),
    Fault("reset", 5, FaultKind.WIRE),
    Fault("html", 23, FaultKind.WIRE),
    Fault("cut", 16, FaultKind.ENVELOPE),
    Fault("filter", 19, FaultKind.ENVELOPE),
    Fault("refusal", 20, FaultKind.ENVELOPE),
    Fault("length", 21, FaultKind.ENVELOPE),
    Fault("cap", 21, FaultKind.ENVELOPE),
    Fault("empty", 22, FaultKind.ENVELOPE),
    Fault("blank", 22, FaultKind.ENVELOPE),
    Fault("nonsense", 24, FaultKind.ENVELOPE),
    Fault("half", 24, FaultKind.ENVELOPE),
    Fault("fenced", 24, FaultKind.ENVELOPE),
    Fault("schema", 25, FaultKind.ANSWER),
    Fault("counts", 26, FaultKind.ANSWER),
    Fault("duplicates", 26, FaultKind.ANSWER),
    Fault("types", 26, FaultKind.ANSWER),
    Fault("slips", 26, FaultKind.ANSWER),
    _slip("blank-header", "C01"),
    _slip("duplicate-header", "C02"),
    _slip("generic-header", "C03"),
    _slip("missing-column", "C04"),
    _slip("missing-fill", "C05"),
    _slip("short-row", "C06"),
    _slip("missing-row", "C07"),
    _slip("blank-primary", "C08"),
    _slip("repeated-row", "C09"),
    _slip("wrong-type", "C10"),
    _slip("unit", "C14"),
    _slip("outside-enum", "C11"),
    _slip("enum-case", "C11"),
    _slip("decorated", "C12"),
    _slip("placeholder", "C13"),
    _slip("constant", "C16"),
    _slip("changed-primary", "C17"),
    _slip("url", "C18"),
    _slip("bidi", "C18"),
)
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _TABLE}
ALIASES: Mapping[str, str] = {
    "truncate": "length",
    "context_length_exceeded": "context",
    "insufficient_quota": "quota",
    "content_filter": "filter",
    "content_policy": "policy",
    "response_format": "no-json-schema",
}
