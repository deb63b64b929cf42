"""A plan is handed on as plain values, from which its manifest can be read."""

import zlib

from services.replay.manifest import Exclusion, Manifest
from services.replay.plan import prompt_of
from services.replay.question.plan import ControlQuestion, Planned, plan_control
from tests.factory import NOW
from tests.unit.replay.past import Past
from tests.unit.replay.test_manifest import make_manifest


def test_a_plan_holds_its_manifest_and_what_is_told_of_it() -> None:
    past = Past()
    for number in (1, 2):
        past.complete(number)
    left_out = tuple(Exclusion(job_id=str(n), reason="it has not ended yet") for n in range(3))
    manifest = make_manifest(past).model_copy(update={"excluded": left_out}).sealed()
    planned = Planned.of(manifest, {"prompt": 2})
    assert Manifest.from_json(zlib.decompress(planned.packed)) == manifest
    assert planned.jobs == tuple((str(j.job_id), str(manifest.id_of(j))) for j in manifest.jobs)
    assert (planned.excluded, planned.differs) == ({"it has not ended yet": 3}, {"prompt": 2})


def test_a_control_is_of_the_same_jobs_and_by_the_prompt_of_this_release() -> None:
    past = Past()
    for number in (1, 2, 3):
        past.complete(number)
    manifest = make_manifest(past)
    planned = plan_control(ControlQuestion(manifest.to_json(), "m-2", 2), NOW)
    control = Manifest.from_json(zlib.decompress(planned.packed))
    assert {job.job_id for job in control.jobs} < {job.job_id for job in manifest.jobs}
    assert (len(control.jobs), planned.model) == (2, "m-2")
    assert control.replay_id != manifest.replay_id
    assert planned.prompt_version == prompt_of(manifest.stage)
