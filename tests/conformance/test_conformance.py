"""What the document allows is answered as it says, and what it does not is refused as it says."""

import os
import re
from collections.abc import Iterator

import pytest

from tests.conformance.gateway import listening_gateway
from tests.conformance.run import run_schemathesis
from tests.postgres import NoServerError

SEED = "13"
FEW = ("--seed", SEED, "--max-examples", "3", "--no-shrink")
"""The long form is `make conformance`."""

SHORT = (
    ("sqlite", False, ("--phases", "examples,fuzzing,stateful")),
    ("postgresql", True, ()),
)


@pytest.fixture(params=SHORT, ids=["sqlite without keys", "postgresql with keys"])
def conforming(request: pytest.FixtureRequest) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    store, is_keyed, phases = request.param
    try:
        with listening_gateway(store, is_keyed) as (url, key):
            yield url, key, phases
    except NoServerError as error:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise
        pytest.skip(str(error))


@pytest.mark.timeout(600)
def test_schemathesis_finds_nothing(
    conforming: tuple[str, str | None, tuple[str, ...]],
) -> None:
    """It makes up requests from the document: valid ones, wrong ones, and walks along its links."""
    url, key, phases = conforming
    done = run_schemathesis(url, key, *FEW, *phases)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = re.search(r"(\d+) generated", done.stdout)
    assert asked, done.stdout
    assert int(asked[1]) > 100, done.stdout
