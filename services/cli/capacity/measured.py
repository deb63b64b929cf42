"""Figures that plans rest on, as `make bench` prints them: measured on a machine of two cores with
the demo model. Where other work ran beside it, the docstring says so.
"""

AGENT_CALL_CPU_S = 0.0059
"""CPU of a worker for a record with one call: 5.5 to 5.9 ms, polling among it."""

GATEWAY_JOB_CPU_S = 0.0075
"""CPU of the gateway for a job, from its post to its last row: 11.3 ms were measured beside other
work, by which the agents took one and a half times as much as alone.
"""

BROKER_JOB_CPU_S = 0.0027
"""CPU of a broker for a job's records, for each copy of them; on one copy 2.7 ms."""

AGENT_CONNECTIONS = 7
"""Of a worker to a broker."""

GATEWAY_CONNECTIONS = 3
"""Of a gateway to a broker."""

HEADER_BYTES = 200
"""Of a record on disk besides its value: key, headers with one trace, frame."""

PROVENANCE_BYTES = 400
"""What a stage says of its calls, in every record after it; up to 600 where checks find much."""

EVENT_BYTES = 290
"""Of what `job.events` says when a delivery begins; about as much for each call but the last."""

ROWS_BYTES = 4800
"""Of a job in the gateway's tables with their indexes, besides its request and its results."""

PAGE_SLACK = 1.3
"""Of what lies in the tables as it came: pages are not full to the brim (SQLite)."""
