"""Figures of one machine that plans rest on: what `make bench` prints, on two cores, with Kafka
and the demo model on the same machine. Measure on yours, and see how far they carry.
"""

AGENT_CALL_CPU_S = 0.0059
"""CPU of a worker for a record with one call, its share of polling in it."""

GATEWAY_JOB_CPU_S = 0.0060
"""CPU of the gateway for a job, from its post to its last row."""

BROKER_JOB_CPU_S = 0.0027
"""CPU of a broker for a job's records, on one copy."""

AGENT_CONNECTIONS = 6
"""Of a worker to a broker."""

GATEWAY_CONNECTIONS = 4
"""Of a gateway to a broker."""

HEADER_BYTES = 300
"""Of a record on disk besides its value: key, headers, frame."""

PROVENANCE_BYTES = 700
"""What a stage says of its calls, in every record after it."""

EVENT_BYTES = 400
"""Of what `job.events` says of a delivery, and of each call of it but the last."""

ROWS_BYTES = 6000
"""Of a job in the gateway's tables with their indexes, besides what was asked for and proposed."""
