"""Whether a call may be made now: money, rates, concurrency, and a provider that is down."""
