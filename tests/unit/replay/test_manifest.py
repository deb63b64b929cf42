"""A manifest is what was planned, or it is refused."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.job.prompt import carry_prompt
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.replay.manifest import (
    PROMPT_SCHEMA,
    REUSE_SCHEMA,
    JobEnd,
    Manifest,
    ManifestError,
    PlannedJob,
    RecordPlace,
    Selection,
    choose_format,
)
from services.replay.past_job import PastJob
from tests.factory import NOW
from tests.unit.replay.past import Past, job_id

COLUMN = StageName.COLUMN
PROMPT = carry_prompt(COLUMN, "Say it otherwise.")
WIRE_PROMPT = json.loads(PROMPT.to_json())


def make_manifest(past: Past, replay: int = 99) -> Manifest:
    """The manifest of all jobs of a past that can be run again."""
    return Manifest(
        replay_id=job_id(replay),
        planned_at=NOW,
        stage=past.changed,
        prompt_version="column-4",
        selection=Selection(),
        jobs=tuple(_plan(job, past.changed) for job in past.read().jobs.values()),
    ).sealed()


def _plan(job: PastJob, stage: StageName) -> PlannedJob:
    assert job.source is not None
    return PlannedJob(
        job_id=job.job_id,
        stages=job.again_from(stage),
        source=job.source.place,
        input_digest=job.source.digest,
        end=JobEnd(job.end),
        baseline=job.baseline(stage),
    )


@pytest.fixture
def manifest() -> Manifest:
    past = Past()
    past.complete(1)
    past.complete(2)
    return make_manifest(past)


def test_it_is_read_as_it_was_written(manifest: Manifest, tmp_path: Path) -> None:
    manifest.write(tmp_path / "m.json")
    assert Manifest.read(tmp_path / "m.json") == manifest


def test_one_that_is_there_is_not_overwritten(manifest: Manifest, tmp_path: Path) -> None:
    manifest.write(tmp_path / "m.json")
    with pytest.raises(FileExistsError):
        manifest.write(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"jobs": []}, "was changed since it was planned"),
        ({"promptVersion": "column-5"}, "was changed since it was planned"),
        ({"isLive": True}, "was changed since it was planned"),
        ({"digest": "0"}, "was changed since it was planned"),
        ({"prompt": WIRE_PROMPT}, "it has not the form of one"),
        ({"prompt": WIRE_PROMPT, "promptVersion": PROMPT.version}, "was changed since"),
        ({"asksAll": False}, "was changed since it was planned"),
        ({"format": "replay-manifest/4"}, "this release reads replay-manifest/3"),
        ({"stage": "all"}, "it has not the form of one"),
    ],
)
def test_one_that_is_not_what_was_planned_is_refused(
    manifest: Manifest, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(json.loads(manifest.to_json()) | change))
    with pytest.raises(ManifestError, match=why):
        Manifest.read(path)


def test_one_of_a_release_that_had_shadows_only_is_read(manifest: Manifest, tmp_path: Path) -> None:
    """Its digest was made without a word of it."""
    of_before = json.loads(manifest.to_json())
    del of_before["isLive"], of_before["prompt"], of_before["asksAll"]
    told = json.dumps(
        {name: of_before[name] for name in of_before if name != "digest"}, sort_keys=True
    )
    assert of_before["digest"] == hashlib.sha256(told.encode()).hexdigest()
    (tmp_path / "m.json").write_text(json.dumps(of_before))
    assert Manifest.read(tmp_path / "m.json") == manifest


def test_the_text_of_a_prompt_is_in_it_and_is_of_its_stage(
    manifest: Manifest, tmp_path: Path
) -> None:
    told = {"prompt": PROMPT, "prompt_version": PROMPT.version, "format": PROMPT_SCHEMA}
    with_prompt = manifest.model_copy(update=told).sealed()
    with_prompt.write(tmp_path / "m.json")
    assert Manifest.read(tmp_path / "m.json") == with_prompt
    other = json.loads(with_prompt.to_json()) | {"stage": "row"}
    with pytest.raises(ValidationError, match="of another stage or version"):
        Manifest.from_json(json.dumps(other))


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", None])
def test_what_is_no_manifest_is_refused_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "m.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ManifestError) as refused:
        Manifest.read(path)
    assert "\n" not in str(refused.value)


def test_it_holds_no_value_of_a_table() -> None:
    past = Past()
    past.complete(1, context={"title": "Secret plans"}, tableId="tbl_9", tags=["t"])
    assert b"Secret" not in make_manifest(past).to_json()


@pytest.mark.parametrize("prefix", ["", "restored.", "a.b."])
def test_it_knows_the_prefix_of_the_topics_that_it_was_planned_from(
    manifest: Manifest, prefix: str
) -> None:
    names = TopicNames(prefix).roles
    ends = tuple(RecordPlace(topic=name, partition=0, offset=1) for name in names)
    assert manifest.model_copy(update={"ends": ends}).prefixes == {prefix}
    assert manifest.prefixes == frozenset()


def test_a_replay_has_an_id_of_its_manifest_and_its_source() -> None:
    past = Past()
    past.complete(1)
    past.complete(2)
    one, other = make_manifest(past, 98), make_manifest(past, 99)
    assert len({*one.by_replay, *other.by_replay}) == 4
    assert one.by_replay.keys() == make_manifest(past, 98).by_replay.keys()


@pytest.mark.parametrize(
    ("brings_prompt", "asks_all", "format"),
    [
        (False, True, "replay-manifest/1"),
        (True, True, "replay-manifest/2"),
        (False, False, "replay-manifest/3"),
        (True, False, "replay-manifest/3"),
    ],
)
def test_what_an_earlier_release_would_not_do_is_of_a_version_that_it_refuses(
    brings_prompt: bool, asks_all: bool, format: str
) -> None:
    assert choose_format(brings_prompt=brings_prompt, asks_all=asks_all) == format


def test_whether_all_is_asked_is_part_of_what_was_planned(
    manifest: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    told = {"asks_all": False, "format": REUSE_SCHEMA}
    manifest.model_copy(update=told).sealed().write(path)
    assert not Manifest.read(path).asks_all
    path.write_text(path.read_text().replace('"asksAll": false', '"asksAll": true'))
    with pytest.raises(ManifestError, match="was changed"):
        Manifest.read(path)
