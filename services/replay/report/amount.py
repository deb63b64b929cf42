"""What something took, as a person reads it."""

UNKNOWN = "not known"


def show_cost(cost_usd: float | None) -> str:
    """US dollars; what is not known is not 0."""
    if cost_usd is None:
        return UNKNOWN
    return "$0" if cost_usd == 0 else f"${cost_usd:.4f}"
