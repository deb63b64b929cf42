"""Bulk actions, as the gateway's REST API has them."""

from typing import Any
from urllib.parse import quote

from schemas.api.act import ActRequest
from schemas.api.batch import BulkAction, BulkJobPage, BulkPage, BulkPreview
from services.cli.client.answer import read_answer
from services.cli.client.gateway import GatewayClient

PATH = "/v1/bulk-actions"


class RemoteBulk:
    """The bulk actions of a gateway, for an operator."""

    def __init__(self, gateway: GatewayClient) -> None:
        self._gateway = gateway

    def preview(self, asked: bytes) -> BulkPreview:
        """Count what one would be about."""
        return read_answer(BulkPreview, self._gateway.post(PATH, asked))

    def begin(self, asked: bytes, key: str) -> BulkAction:
        """Begin one; asked again with the same key, it is the same one."""
        headers = {"Idempotency-Key": key}
        return read_answer(BulkAction, self._gateway.post(PATH, asked, headers))

    def list(self, **asked: Any) -> BulkPage:
        """Bulk actions, newest first."""
        return read_answer(BulkPage, self._gateway.get(PATH, asked))

    def read(self, bulk_id: str) -> BulkAction:
        """One of them."""
        return read_answer(BulkAction, self._gateway.get(_path(bulk_id)))

    def jobs(self, bulk_id: str, **asked: Any) -> BulkJobPage:
        """What became of its jobs."""
        return read_answer(BulkJobPage, self._gateway.get(f"{_path(bulk_id)}/jobs", asked))

    def stop(self, bulk_id: str, reason: str) -> BulkAction:
        """Stop one."""
        told = ActRequest.model_construct(reason=reason).to_json()
        return read_answer(BulkAction, self._gateway.post(f"{_path(bulk_id)}/stop", told))


def _path(bulk_id: str) -> str:
    return f"{PATH}/{quote(bulk_id, safe='')}"
