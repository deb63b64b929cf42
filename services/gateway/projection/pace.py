"""Lets the projector's batches grow under load: many small transactions cost more than few large.

A pause in proportion to the last batch regulates itself. Where records come slower than one per
`PAUSE_PER_RECORD_S`, batches and pauses shrink to nothing, so a lone job never waits; where they
come faster, the pause grows to its bound.
"""

PAUSE_PER_RECORD_S = 0.004
MAX_PAUSE_S = 0.1


def pause_after(records: int) -> float:
    """How long to let records gather after a batch of so many, in seconds."""
    return min(MAX_PAUSE_S, records * PAUSE_PER_RECORD_S)
