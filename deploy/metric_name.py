"""The names of the catalogue in queries: @CONSTANT in, the metric's full name out."""

import re

from services.telemetry import metric
from services.telemetry.metric import list_families

NAMED = re.compile(r"@([A-Z_]+)(?:\.(bucket|sum|count))?")
FAMILIES = {family.name.removesuffix("_total"): family.name for family in list_families()}


def resolve(query: str) -> str:
    """The query with the names of the catalogue.

    Raises:
        AttributeError: There is no such metric.
    """

    def name(match: re.Match[str]) -> str:
        constant, part = match.groups()
        full = FAMILIES[getattr(metric, constant)._name]
        return f"{full}_{part}" if part else full

    return NAMED.sub(name, query)
