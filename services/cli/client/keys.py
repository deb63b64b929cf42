"""API keys of a gateway that is elsewhere, as its REST API has them."""

from urllib.parse import quote

from schemas.api.key import ApiKey, KeyPage, KeyRequest, NewApiKey, RotateRequest
from services.cli.client.answer import read_answer
from services.cli.client.gateway import GatewayClient

PATH = "/v1/keys"


class RemoteKeys:
    """The keys of a gateway, for an admin."""

    def __init__(self, gateway: GatewayClient) -> None:
        self._gateway = gateway

    def create(self, wanted: KeyRequest) -> NewApiKey:
        """Make a key."""
        return read_answer(NewApiKey, self._gateway.post(PATH, wanted.to_json()))

    def list(self, tenant: str | None, limit: int, cursor: str | None) -> KeyPage:
        """Keys, newest first."""
        asked = {"tenant": tenant, "limit": limit, "cursor": cursor}
        params = {name: value for name, value in asked.items() if value is not None}
        return read_answer(KeyPage, self._gateway.get(PATH, params))

    def revoke(self, key_id: str) -> ApiKey:
        """End a key."""
        return read_answer(ApiKey, self._gateway.post(f"{_path(key_id)}/revoke", b"{}"))

    def rotate(self, key_id: str, wanted: RotateRequest) -> NewApiKey:
        """Make a key in place of another one."""
        answer = self._gateway.post(f"{_path(key_id)}/rotate", wanted.to_json())
        return read_answer(NewApiKey, answer)


def _path(key_id: str) -> str:
    return f"{PATH}/{quote(key_id, safe='')}"
