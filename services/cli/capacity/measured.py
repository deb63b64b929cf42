"""Figures that plans rest on, of one machine of two cores and of the records of the tests.

`make bench` prints them for the machine that it runs on: CPU a job, connections, bytes on disk.
"""

AGENT_CALL_CPU_S = 0.0059
"""CPU of a worker for a record with one call, its share of polling in it."""

GATEWAY_JOB_CPU_S = 0.006
"""CPU of the gateway for a job, from its post to its last row."""

BROKER_JOB_CPU_S = 0.0027
"""CPU of a broker for a job's records, for each copy of them."""

AGENT_CONNECTIONS = 6
"""Of a worker to a broker: three readers and two producers, and who coordinates its groups."""

GATEWAY_CONNECTIONS = 4
"""Of a gateway to a broker: two readers, a producer, and now and then one that looks at groups."""

HEADER_BYTES = 250
"""Of a record on disk besides its value: key, headers with one trace, frame."""

PROVENANCE_BYTES = 650
"""What a stage says of its calls, in every record after it."""

EVENT_BYTES = 300
"""Of what `job.events` says when a delivery begins; about as much for each call but the last."""

ROWS_BYTES = 5500
"""Of a job in the gateway's tables with their indexes, besides its request and its results."""

PAGE_SLACK = 1.3
"""Of what lies in the tables as it came: pages are not full to the brim."""
