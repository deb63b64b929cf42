"""The catalogue: every metric with its kind, unit, labels and meaning, a file for each noun.

Nothing else imports prometheus_client. No job, table, tenant or person is ever a label.
"""

from services.telemetry.metric.dead_letter import *  # noqa: F403 - the catalogue as a whole
from services.telemetry.metric.exposition import *  # noqa: F403
from services.telemetry.metric.gateway import *  # noqa: F403
from services.telemetry.metric.http import *  # noqa: F403
from services.telemetry.metric.job import *  # noqa: F403
from services.telemetry.metric.kafka import *  # noqa: F403
from services.telemetry.metric.llm import *  # noqa: F403
from services.telemetry.metric.stage import *  # noqa: F403
from services.telemetry.metric.webhook import *  # noqa: F403
