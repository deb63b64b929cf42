"""A plan is handed on as plain values, from which its manifest can be read."""

import zlib

from services.replay.manifest import Exclusion, Manifest
from services.replay.question.plan import Planned
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
