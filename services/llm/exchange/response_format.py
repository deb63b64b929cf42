"""Turns a suggestion's contract into the strict schema that a model server enforces."""

from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from schemas.table.wire import Exact, TextForm

# Servers refuse these or drop them in silence; the contract itself checks them afterwards.
UNENFORCED = frozenset(
    {
        "default",
        "title",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "format",
        "description",
    }
)


def response_format(name: str, contract: type[BaseModel]) -> dict[str, Any]:
    """The `response_format` of a call whose answer is to be read as `contract`."""
    schema = strict(contract.model_json_schema(by_alias=True))
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "strict": True, "schema": schema},
    }


def narrow(wide: dict[str, Any], exact: Exact) -> dict[str, Any]:
    """The `response_format` of one call: what is wanted of its answer stands in the schema.

    A server that writes by the schema then cannot write too much, too little or a wrong key.
    """
    narrowed = deepcopy(wide)
    schema = narrowed["json_schema"]["schema"]
    for path, wanted in exact.items():
        node = _find(schema, path)
        if wanted is None:
            (other,) = (item for item in node.pop("anyOf") if item != {"type": "null"})
            node |= other
        else:
            node |= _narrow(node, wanted)
    return narrowed


def _narrow(
    node: dict[str, Any], wanted: int | TextForm | tuple[str, ...] | tuple[TextForm, ...]
) -> dict[str, Any]:
    match wanted:
        case int():
            return {"minItems": wanted, "maxItems": wanted}
        case TextForm():
            return _text_schema(wanted)
        case (TextForm(), *_):
            # llama.cpp takes a list of items for one form of all where both keywords are there.
            del node["items"]
            forms = [_text_schema(form) for form in wanted if isinstance(form, TextForm)]
            return {"prefixItems": forms, "minItems": len(forms), "maxItems": len(forms)}
    return {"enum": list(wanted)}


def _text_schema(form: TextForm) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if form.values:
        return schema | {"enum": list(form.values)}
    if form.pattern:
        return schema | {"pattern": form.pattern}
    return schema | ({"minLength": 1} if form.is_filled else {})


def _find(schema: dict[str, Any], path: str) -> dict[str, Any]:
    """The schema of a property, below objects and the items of lists."""
    node = schema
    for name in path.split("/"):
        holder = node.get("items", node)
        if "$ref" in holder:
            holder = schema["$defs"][holder["$ref"].split("/")[-1]]
        node = holder["properties"][name]
    return node


def strict(node: Any) -> Any:
    """Require every property, allow no other, and leave out what is not enforced everywhere."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict_value(key, value) for key, value in node.items() if key not in UNENFORCED}
    if "properties" in node:
        kept |= {"required": list(node["properties"]), "additionalProperties": False}
    return kept


def _strict_value(key: str, value: Any) -> Any:
    if key in ("properties", "$defs"):
        # Here the keys are names of ours, which may be spelt like a keyword.
        return {name: strict(child) for name, child in value.items()}
    return strict(value)
