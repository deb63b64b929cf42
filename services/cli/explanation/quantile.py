"""A quantile of what a histogram has counted. Pure."""

import math
from collections.abc import Mapping


def find_quantile(counts: Mapping[float, float], share: float) -> float | None:
    """What a share of all observations was at most; None where there are none.

    As Prometheus' histogram_quantile: within a bucket they are taken as evenly spread, and what
    lies beyond the last edge as that edge.

    Args:
        counts: By a bucket's upper edge, the last one infinite: how many were at most that.
        share: 0 to 1.
    """
    rank = share * max(counts.values(), default=0.0)
    below_edge, below = 0.0, 0.0
    for edge, count in sorted(counts.items()):
        if 0 < rank <= count:
            part = (rank - below) / (count - below)
            return below_edge if math.isinf(edge) else below_edge + (edge - below_edge) * part
        below_edge, below = edge, count
    return None
