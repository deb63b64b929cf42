"""The requests that a receiver gets, as the OpenAPI document shows them."""

import re
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Header

from schemas.webhook import (
    TEST,
    BudgetEventBody,
    JobEventBody,
    SampleEventBody,
    WebhookEvent,
)

ID = "The same at each attempt: a receiver that has it has this event already."
SIGNATURE = "`v1,` and the signature, as Standard Webhooks says; one for each secret that holds."
TAKEN = {"description": "Taken. Any 2xx does."}
REFUSED = {"description": "Not taken: sent again by the schedule."}
GONE = {"description": "The endpoint is disabled."}

BODIES: dict[str, tuple[Any, str]] = {
    WebhookEvent.COMPLETED: (JobEventBody, "A job has completed."),
    WebhookEvent.FAILED: (JobEventBody, "A job has failed: there is a dead letter of it."),
    WebhookEvent.CANCELLED: (JobEventBody, "A job is cancelled."),
    WebhookEvent.WAITING: (
        JobEventBody,
        "A stage has been parked for GATEWAY_WEBHOOK_WAITING_S with this job, which goes on once"
        " calls can succeed again.",
    ),
    WebhookEvent.RESULT_CHANGED: (
        JobEventBody,
        "Another result is a job's: a replay's was promoted, or that was rolled back.",
    ),
    WebhookEvent.BUDGET: (BudgetEventBody, "80 or 100 % of what a tenant's day may cost is spent."),
    TEST: (SampleEventBody, "Somebody has asked for a test event."),
}


def describe_webhooks(app: FastAPI) -> None:
    """Add what is sent to the document of an application."""
    for name, (body, said) in BODIES.items():
        app.webhooks.add_api_route(
            str(name),
            _make_receiver(body),
            methods=["POST"],
            operation_id=f"receive{''.join(map(str.title, re.split('[._]', name)))}",
            summary=said,
            description=said,
            status_code=HTTPStatus.NO_CONTENT,
            response_description=TAKEN["description"],
            responses={HTTPStatus.GONE.value: GONE, "4XX": REFUSED},
            tags=["webhooks"],
        )


def _make_receiver(contract: Any) -> Any:
    async def receive(
        body: contract,
        webhook_id: Annotated[str, Header(alias="webhook-id", description=ID)],
        webhook_timestamp: Annotated[
            int, Header(alias="webhook-timestamp", description="When it is sent, in Unix seconds.")
        ],
        webhook_signature: Annotated[str, Header(alias="webhook-signature", description=SIGNATURE)],
    ) -> None:
        """Nothing of ours runs this."""

    return receive
