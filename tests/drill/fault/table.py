"""The twenty faults, in the order in which they are planted.

A slow provider comes first, since its alert needs most of an hour's jobs to be slow; what leaves
its traces in an hour's figures comes last, and what is told for an hour last of all.
"""

from tests.drill.fault.broker import BROKER_FAULTS, LOSS_FAULTS
from tests.drill.fault.model import MODEL_FAULTS, SPEND_FAULTS
from tests.drill.fault.process import PROCESS_FAULTS
from tests.drill.fault.record import RECORD_FAULTS
from tests.drill.fault.webhook import WEBHOOK_FAULTS

FAULTS = (
    *MODEL_FAULTS,
    *WEBHOOK_FAULTS,
    *PROCESS_FAULTS,
    *BROKER_FAULTS,
    *RECORD_FAULTS,
    *SPEND_FAULTS,
    *LOSS_FAULTS,
)
