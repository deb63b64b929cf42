"""Settings can change under records that wait."""

from pathlib import Path

import pytest

from schemas.api.status import StageState
from services.cli.client.command_client import connect
from tests.crash.drill import submit
from tests.pipeline.demo_server import DemoServer
from tests.stack import running_stack, wait_until


@pytest.mark.long
@pytest.mark.timeout(180)
def test_with_other_tiers_a_stack_starts_and_what_waits_in_a_retired_one_goes_on(
    tmp_path: Path,
) -> None:
    with running_stack(tmp_path, "--with-demo", env={"RETRY_TIERS": "100ms,7s"}) as stack:
        DemoServer(f"http://{stack.address('demo-llm')}").misbehave("500")
        job_id = submit(stack.gateway_url)
        with connect(stack.gateway_url) as gateway:

            def waits_in_the_second_tier() -> bool:
                table = gateway.jobs.get(job_id).stages[0]
                return table.state is StageState.WAITING and table.attempts == 2

            wait_until(waits_in_the_second_tier, 30, "the job waits for 7 s")
    with (
        running_stack(tmp_path, "--with-demo", env={"RETRY_TIERS": "2s,3s"}) as stack,
        connect(stack.gateway_url, retry_for_s=30) as gateway,
    ):
        # The forwarder of before is still a member of its group, for its session's 45 s.
        wait_until(lambda: gateway.jobs.get(job_id).status.is_final, 90, "the job has ended")
        assert gateway.jobs.get(job_id).status == "completed"
