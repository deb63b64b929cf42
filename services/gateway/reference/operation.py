"""What the document says of each operation, in the order in which a reader needs it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from services.gateway.reference.schema import find_reference, name_kind, say_bounds

GROUPS = ("jobs", "dead letters", "bulk actions", "webhooks", "access", "operation")
"""In the order of a reader's interest; others come last."""


@dataclass(frozen=True)
class Parameter:
    """What a request may say beside its body."""

    name: str
    place: str
    kind: str
    bounds: str
    is_required: bool
    text: str


@dataclass(frozen=True)
class Answer:
    """What a request may be answered with."""

    status: int
    text: str
    schema: str | None
    is_good: bool


@dataclass(frozen=True)
class Operation:
    """A method of a path.

    Attributes:
        role: What a key needs; None where none is asked for.
        body: The schema of its body; None where it takes none.
        curl: A command that asks for it.
    """

    id: str
    method: str
    path: str
    title: str
    text: str
    role: str | None
    parameters: tuple[Parameter, ...]
    body: str | None
    answers: tuple[Answer, ...]
    curl: str


@dataclass(frozen=True)
class Group:
    """The operations of one subject."""

    name: str
    operations: tuple[Operation, ...]


def read_groups(document: Mapping[str, Any], base_url: str) -> tuple[Group, ...]:
    """All operations by their subject.

    Args:
        base_url: Where the examples ask, without a slash at its end.
    """
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = next(iter(operation.get("tags", ())), "others")
            found.setdefault(name, []).append(_read(method.upper(), path, operation, base_url))
    names = [*(name for name in GROUPS if name in found), *sorted(found.keys() - {*GROUPS})]
    return tuple(Group(name, tuple(found[name])) for name in names)


def _read(method: str, path: str, operation: Mapping[str, Any], base_url: str) -> Operation:
    title, _, text = operation.get("description", operation["operationId"]).partition("\n\n")
    content = operation.get("requestBody", {}).get("content", {})
    role = operation.get("x-role")
    needs_key = role is not None and {} not in operation.get("security", ())
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        title=" ".join(title.split()),
        text=text.strip(),
        role=role,
        parameters=tuple(map(_read_parameter, operation.get("parameters", ()))),
        body=find_reference(content),
        answers=tuple(sorted(map(_read_answer, *zip(*operation["responses"].items(), strict=True)),
                             key=lambda answer: answer.status)),
        curl=_write_curl(method, base_url + path, content, needs_key=needs_key),
    )  # fmt: skip


def _read_parameter(parameter: Mapping[str, Any]) -> Parameter:
    schema = parameter.get("schema", {})
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        kind=name_kind(schema).removesuffix(" or null"),
        bounds=say_bounds(schema),
        is_required=parameter.get("required", False),
        text=parameter.get("description", ""),
    )


def _read_answer(status: str, answer: Mapping[str, Any]) -> Answer:
    code = int(status)
    schema = find_reference(answer.get("content", {}))
    return Answer(code, answer.get("description", ""), schema, code < HTTPStatus.BAD_REQUEST)


def _write_curl(method: str, url: str, content: Mapping[str, Any], *, needs_key: bool) -> str:
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}{shlex.quote(url)}"]
    if needs_key:
        lines.append('-H "Authorization: Bearer $BRAINSHARE_API_KEY"')
    example = content.get("application/json", {}).get("example")
    if example is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(example, ensure_ascii=False))}")
    return " \\\n     ".join(lines)
