"""The names of what our spans say: those of `app.` are ours, the others OpenTelemetry's.

What they say are ids, counts and closed sets: no prompt, no cell, no answer.
"""

JOB_ID = "app.job.id"
STAGE = "app.stage"
TENANT = "app.tenant"
INHERITED = (JOB_ID, STAGE, TENANT)
"""What a span says of those below it, too."""

ATTEMPT = "app.attempt"
REDRIVE = "app.redrive"
OUTCOME = "app.outcome"
CALLS = "app.calls"
COST_USD = "app.cost_usd"
REQUEST_ID = "app.request_id"
REPLAY_OF = "app.replay_of"
WEBHOOK = "app.webhook"
"""The id of an endpoint. Its address is its tenant's, and in no span."""
DELIVERY = "app.delivery"
WHY = "app.link"
"""On a link: why one led to the other (retry, redrive, replay, batch, webhook)."""

ERROR = "error.type"
METHOD, ROUTE, STATUS = "http.request.method", "http.route", "http.response.status_code"
SERVER_ADDRESS, SERVER_PORT = "server.address", "server.port"

SYSTEM, KAFKA = "messaging.system", "kafka"
OPERATION, OPERATION_TYPE = "messaging.operation.name", "messaging.operation.type"
TOPIC = "messaging.destination.name"
PARTITION = "messaging.destination.partition.id"
OFFSET = "messaging.kafka.offset"
KEY = "messaging.kafka.message.key"
GROUP = "messaging.consumer.group.name"
