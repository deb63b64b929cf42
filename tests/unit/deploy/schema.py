"""Whether a cluster would take a resource: Kubernetes' own schemas, and those of custom ones."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Validator, validator_for
from kubernetes_validate import validate
from kubernetes_validate.utils import SchemaNotFoundError, ValidationError

from tests.unit.deploy.manifest import Manifests, name_of

OLDEST = "1.34"
"""Since when a `preStop` may sleep without a feature gate (Kubernetes' changelog)."""

CUSTOM = Path(__file__).parent / "custom_resource.yaml"
OF_CUSTOM = {"apiVersion", "kind", "metadata", "spec"}


def resources_that_are_refused(manifests: Manifests) -> Iterator[str]:
    """What of each resource a cluster would refuse, or in silence leave out."""
    for resource in manifests.resources:
        fault = _find_fault(resource)
        if fault is not None:
            yield f"{name_of(resource)}: {fault}"


def _find_fault(resource: dict[str, Any]) -> str | None:
    validator = _custom().get(f"{resource['apiVersion']} {resource['kind']}")
    if validator is not None:
        return _find_custom(resource, validator)
    try:
        validate(resource, OLDEST, strict=True)
    except ValidationError as error:
        return f"{'/'.join(map(str, error.path))}: {error.message}"
    except SchemaNotFoundError as error:
        return str(error.message)
    return None


def _find_custom(resource: dict[str, Any], validator: Validator) -> str | None:
    more = resource.keys() ^ OF_CUSTOM
    if more:
        return f"{', '.join(sorted(more))}: missing or too many"
    error = next(validator.iter_errors(resource["spec"]), None)
    return None if error is None else f"{'/'.join(map(str, error.instance_path))}: {error.message}"


@cache
def _custom() -> dict[str, Validator]:
    schemas = yaml.safe_load(CUSTOM.read_text(encoding="utf-8"))
    del schemas["$defs"]
    return {kind: validator_for(schema) for kind, schema in schemas.items()}
