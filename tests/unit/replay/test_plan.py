"""What is to be different is named by a version, or brought along as a text."""

import json
from uuid import UUID

from schemas.job.again import write_again
from schemas.job.prompt import carry_prompt
from schemas.job.replay import Replay
from schemas.stage import StageName
from services.replay.plan import name_change, prompt_of
from tests.factory import JOB_ID, NOW, make_record

COLUMN = StageName.COLUMN
PROMPT = carry_prompt(COLUMN, "Say it otherwise.")


def test_a_text_has_a_version_of_its_own() -> None:
    change = name_change(COLUMN, PROMPT, "m-1")
    assert (change.prompt_version, change.prompt, change.model) == (PROMPT.version, PROMPT, "m-1")


def test_a_version_is_one_that_the_agents_have() -> None:
    named, ours = name_change(COLUMN, "column-9"), name_change(COLUMN, None)
    assert (named.prompt_version, named.prompt) == ("column-9", None)
    assert (ours.prompt_version, ours.prompt) == (prompt_of(COLUMN), None)


def test_a_job_that_is_run_again_does_not_keep_the_prompt_of_its_source() -> None:
    job = make_record().job.model_copy(update={"prompt": PROMPT})
    source = json.loads(make_record().model_copy(update={"job": job}).to_json())
    mark = Replay(replay_id=UUID(int=1), source_job_id=JOB_ID)
    stages = (COLUMN, StageName.ROW)
    again = json.loads(write_again(source, UUID(int=2), stages, mark, NOW, NOW, {}))
    assert "prompt" not in again["job"]
    brought = {"prompt": {"stage": "column"}}
    other = json.loads(write_again(source, UUID(int=2), stages, mark, NOW, NOW, brought))
    assert other["job"]["prompt"] == brought["prompt"]
