"""The client has what the API has, blocking and awaiting."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest

from brainshare_client import AsyncBrainshare, Brainshare, async_resource, resource
from brainshare_client.exchange.call import Call
from brainshare_client.transport.method import asks, asks_later, tells, tells_later

DOCUMENT = json.loads(Path("tests/unit/contract/snapshot/openapi.json").read_text())
OF_OPERATORS = {"readHealth", "readReadiness", "readMetrics"}
"""What asks these are probes and Prometheus."""
OURS = {"brainshare_client", "schemas"}
NEEDED = ("httpx2", "pydantic")
"""What the wheel for apps asks for, which tests/unit/deploy/test_client_wheel.py holds."""

Method = asks[Any, Any] | tells[Any, Any] | asks_later[Any, Any] | tells_later[Any, Any]


def methods(kind: type) -> dict[str, Method]:
    found = (asks, tells, asks_later, tells_later)
    return {name: method for name, method in vars(kind).items() if isinstance(method, found)}


RESOURCES = [
    (kind, getattr(async_resource, f"Async{kind.__name__}"))
    for kind in vars(resource).values()
    if inspect.isclass(kind) and methods(kind)
]


@pytest.mark.parametrize(("kind", "later"), RESOURCES, ids=lambda kind: str(kind.__name__))
def test_each_method_is_there_in_both_ways_by_one_function(kind: type, later: type) -> None:
    blocking, awaiting = methods(kind), methods(later)
    assert {name: m.make for name, m in blocking.items()} == {
        name: m.make for name, m in awaiting.items()
    }
    told = [isinstance(m, tells) for m in blocking.values()]
    assert told == [isinstance(m, tells_later) for m in awaiting.values()]


def test_a_client_has_each_resource() -> None:
    for client, place in ((Brainshare(), 0), (AsyncBrainshare(), 1)):
        held = {type(value) for value in vars(client).values()}
        assert {pair[place] for pair in RESOURCES} - held == set()


def make_calls() -> Iterator[Call[Any]]:
    """Each call with some arguments."""
    for kind, _ in RESOURCES:
        for method in methods(kind).values():
            wanted = inspect.signature(method.make).parameters.values()
            required = [p for p in wanted if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
            given = {p.name: [] if p.name == "jobs" else "x" for p in required}
            if isinstance(call := method.make(**given), Call):
                yield call


def find_operation(call: Call[Any]) -> str | None:
    # A path that is written out goes before one with a place for an id.
    for path in sorted(DOCUMENT["paths"], key=lambda path: "{" in path):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), call.path):
            operation = DOCUMENT["paths"][path].get(call.method.lower())
            return str(operation["operationId"]) if operation else None
    return None


def test_there_is_a_method_for_every_operation_of_the_document() -> None:
    operations = {
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert operations - {find_operation(call) for call in make_calls()} == OF_OPERATORS


def test_every_call_is_an_operation_of_the_document() -> None:
    assert [call.path for call in make_calls() if find_operation(call) is None] == []


def find_needed(names: Iterable[str]) -> set[str]:
    """Distributions, and what they need, whether by a marker or an extra or not."""
    found, left = set[str](), list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name not in found:
            found.add(name)
            with suppress(PackageNotFoundError):
                told = distribution(name).requires or ()
                left += [re.split(r"[^\w.-]", one)[0] for one in told if "extra ==" not in one]
    return found


def test_it_runs_where_nothing_is_installed_but_what_its_page_names() -> None:
    code = (
        "import sys; before = set(sys.modules); import brainshare_client;"
        "print(*sorted({n.split('.')[0] for n in set(sys.modules) - before}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert {name for name in ("schemas", "services") if name in loaded} == {"schemas"}
    of_module, needed = packages_distributions(), find_needed(NEEDED)
    strange = {
        name: of_module[name]
        for name in loaded - OURS & of_module.keys()
        if not needed & {one.lower().replace("_", "-") for one in of_module[name]}
    }
    assert strange == {}
