"""How a client says who it is."""

from typing import Any

API_KEY = "apiKey"
STREAM_TOKEN = "streamToken"
SECURITY_SCHEMES = {
    API_KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "A key as `brainshare keys create` makes it. While the gateway listens on"
        " loopback only, it may go without one.",
    },
    STREAM_TOKEN: {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A token of POST /v1/stream-tokens, or as it comes with a 202; at live"
        " streams in the address, and as a bearer to read its jobs.",
    },
}
SECURITY_BY_TOKEN: list[dict[str, Any]] = [{STREAM_TOKEN: []}]


def list_ways_in(*, is_local: bool) -> list[dict[str, Any]]:
    """A key, or none where nobody is asked for one."""
    return [{API_KEY: []}, {}] if is_local else [{API_KEY: []}]
