"""API keys of a gateway that is elsewhere, with the methods that those of a database have."""

from brainshare_client.request import key
from schemas.api.key import ApiKey, KeyPage, KeyRequest, NewApiKey, RotateRequest
from services.cli.client.command_client import CommandClient


class RemoteKeys:
    """The keys of a gateway, for an admin."""

    def __init__(self, gateway: CommandClient) -> None:
        self._gateway = gateway

    def create(self, wanted: KeyRequest) -> NewApiKey:
        """Make a key."""
        return self._gateway.run(key.send_new(wanted.to_json()))

    def list(self, tenant: str | None, limit: int, cursor: str | None) -> KeyPage:
        """Keys, newest first."""
        return self._gateway.keys.page(tenant=tenant, limit=limit, cursor=cursor)

    def revoke(self, key_id: str) -> ApiKey:
        """End a key."""
        return self._gateway.keys.revoke(key_id)

    def rotate(self, key_id: str, wanted: RotateRequest) -> NewApiKey:
        """Make a key in place of another one."""
        return self._gateway.keys.rotate(key_id, overlap_s=wanted.overlap_s)
