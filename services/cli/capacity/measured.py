"""Figures that plans rest on: measured on a machine of two cores, or counted, or guessed; each
says which. `make bench` prints them all for the machine that it runs on.
"""

AGENT_CALL_CPU_S = 0.0059
"""CPU of a worker for a record with one call. Measured: 5.5 to 5.9 ms, polling among it."""

GATEWAY_JOB_CPU_S = 0.006
"""CPU of the gateway for a job. Measured in one process: 2.9 ms to accept it, 1.7 to fold its
records; guessed: a third of that for HTTP and its Kafka clients.
"""

BROKER_JOB_CPU_S = 0.0027
"""CPU of a broker for a job's records, for each copy of them. Measured on one copy: 2.7 ms."""

AGENT_CONNECTIONS = 6
"""Of a worker to a broker. Counted: what is in its code, with who coordinates its groups."""

GATEWAY_CONNECTIONS = 4
"""Of a gateway to a broker. Counted: two readers, a producer, one that looks at groups."""

HEADER_BYTES = 250
"""Of a record on disk besides its value. Counted: key, headers with one trace, frame."""

PROVENANCE_BYTES = 650
"""What a stage says of its calls, in every record after it. Counted: a whole one has 592."""

EVENT_BYTES = 300
"""Of what `job.events` says when a delivery begins, or of a call. Counted: 271 to 274 and more."""

ROWS_BYTES = 5500
"""Of a job in the gateway's tables and their indexes, besides its request and its results.
Measured on 600 jobs in SQLite: 4.3 KB, without what an acceptance reserves, which is guessed.
"""

PAGE_SLACK = 1.3
"""Of what lies in the tables as it came. Measured: pages are not full to the brim."""
