"""All that a label may ever hold, metric by metric: what the greatest number of series rests on."""

from schemas.api.batch import BulkKind, BulkOutcome
from schemas.api.error_group import GroupState
from schemas.api.status import JobState
from schemas.job.check import CheckAction
from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind
from schemas.kafka.topics import TopicKind
from schemas.stage import STAGE_ORDER
from services.check.finding import CHECKS
from services.failure.verdict import RETRIED, Failure
from services.gateway.api.request_scope import Area, Ending
from services.gateway.delivery.endpoint import DisabledWhy
from services.gateway.delivery.schedule import Verdict
from services.gateway.status.fold import KINDS
from services.kafka.lost_place import Loss
from services.llm.exchange.output_mode import OutputMode
from services.stage_runtime.consumer.park import PARKED_FOR
from services.stage_runtime.processing.outcome import OUTCOMES

Values = dict[str, tuple[str, ...]]

ONE = ("",)
"""One value at a time in a process, whatever it is."""
STAGES = tuple(STAGE_ORDER)
WORK = tuple(kind.label for kind in (TopicKind.REQUESTS, TopicKind.SUGGESTIONS, TopicKind.RETRIES))
TOPIC_KINDS = tuple(kind.label for kind in TopicKind)
FINAL = tuple(state for state in JobState if state.is_final)
OPEN = tuple(state for state in JobState if not state.is_final)
TOKENS = ("input", "output", "cached", "reasoning")
CALLS = ("ok", *Failure)
OF_MODELS = (Purpose.JOB, Purpose.REPLAY)
"""A canary is answered without a model."""
REFUSED = ("slow body", "large bodies", "streams")
OF_TENANTS = tuple(f"{limit} of a tenant" for limit in ("open jobs", "requests", "money"))
DENIED = (
    *("role", "stream token", "stream token refused", "stream token expired"),
    *(f"{why} key" for why in ("no", "malformed", "unknown", "revoked", "expired")),
    *(f"{why} session" for why in ("no", "unknown", "expired")),
    *("host-not-ours", "origin-not-ours", "too many wrong keys"),
)
SKIPPED = (
    *("no job", "no room", "gone", "unfoldable"),
    *("headers", "value", "key", "batch", "no-job-id", "purge", "later-release"),
)

LABEL_VALUES: dict[str, Values] = {
    "BUILD_INFO": {"service": ONE, "version": ONE, "python": ONE},
    "BULK_JOBS": {"action": tuple(BulkKind), "outcome": tuple(BulkOutcome)},
    "CANARY": {"outcome": ("succeeded", "failed", "late", "refused")},
    "CHECKS": {"check": tuple(CHECKS), "action": tuple(CheckAction)},
    "CONSUMER_LAG": {"topic_kind": WORK},
    "CONSUMER_OLDEST": {"topic_kind": WORK},
    "DEAD_LETTERS": {"reason": tuple(ErrorKind), "purpose": tuple(Purpose)},
    "DEAD_LETTERS_OPEN": {"reason": tuple(ErrorKind)},
    "DEPENDENCY_UP": {"dependency": ("kafka", "database")},
    "ERROR_GROUPS": {"state": tuple(GroupState)},
    "FEED_READS": {"source": ("tables", "shared")},
    "FIRST_ANSWERS": {"worth": ("usable", "unusable")},
    "HTTP_DENIED": {"reason": DENIED},
    "HTTP_REFUSED": {"limit": REFUSED + OF_TENANTS},
    "HTTP_REQUESTS": {"area": tuple(Area), "outcome": tuple(Ending)},
    "HTTP_REQUEST_DURATION": {"area": tuple(Area)},
    "IDEMPOTENCY": {"result": ("new", "replayed", "mismatch")},
    "JOBS_ACCEPTED": {"kind": KINDS},
    "JOBS_CLOSED": {"outcome": ("failed", "lost", "cancelled")},
    "JOBS_FINISHED": {"kind": KINDS, "outcome": FINAL},
    "JOBS_IN_FLIGHT": {"state": OPEN},
    "JOB_DURATION": {"kind": KINDS},
    "LLM_INFO": {"profile": ONE, "model": ONE},
    "LLM_LEVEL": {"level": tuple(OutputMode)},
    "LLM_RECENT": {"outcome": CALLS},
    "LLM_REQUESTS": {"outcome": CALLS, "purpose": OF_MODELS},
    "LLM_TOKENS": {"kind": TOKENS},
    "LLM_TOKEN_LIMIT": {"of": ("answer", "context")},
    "POSITIONS_LOST": {"lost": tuple(Loss)},
    "PROJECTOR_RECORDS": {"topic_kind": TOPIC_KINDS},
    "PROJECTOR_SKIPPED": {"reason": SKIPPED},
    "PROMOTIONS": {"outcome": ("refused", "unchanged", "rolled back", "promoted")},
    "RERUNS": {"outcome": ("refused", "accepted")},
    "RESULT_TOKENS": {"kind": TOKENS},
    "SPEND": {"since": ("day", "month")},
    "SSE_RESUMES": {"result": ("snapshot", "replayed")},
    "STAGE_PARKED_FOR": {"reason": PARKED_FOR},
    "STAGE_PROCESSED": {
        "outcome": tuple(outcome.name for outcome in OUTCOMES),
        "purpose": tuple(Purpose),
    },
    "STAGE_RETRIES": {"reason": RETRIED, "purpose": tuple(Purpose)},
    "TRACE_SPANS": {"outcome": ("sent", "failed")},
    "WEBHOOKS_DISABLED": {"reason": tuple(DisabledWhy)},
    "WEBHOOKS_SENT": {"outcome": tuple(Verdict)},
}
"""By the constant of the metric; `stage` is in none: a worker has one, the gateway tells of all."""
