"""What cannot be planned, run or compared is told in a line: what is wrong, and where."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.__main__ import main
from services.cli.replay.plan_view import tell_empty
from services.replay.manifest import Exclusion, Manifest
from services.replay.plan import Plan, prompt_of
from services.replay.selection import OPEN, REPLAY
from tests.unit.replay.past import Past, job_id
from tests.unit.replay.test_manifest import make_manifest


@pytest.fixture
def manifest() -> Manifest:
    past = Past()
    past.complete(1)
    return make_manifest(past)


def ask(folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["replay", *words, "--data-dir", str(folder)])
    return done.exit_code, " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--stage", "row", "-o", "{folder}/new.json"),
        ("run", "{manifest}"),
        ("abort", "{manifest}"),
        ("compare", "{manifest}"),
        ("promote", "{manifest}"),
    ],
    ids=lambda words: words[0],
)
def test_a_folder_in_which_no_stack_runs_is_named_and_no_other_broker_is_asked(
    words: tuple[str, ...], manifest: Manifest, tmp_path: Path
) -> None:
    planned = tmp_path / "manifest.json"
    ours = {"prompt_version": prompt_of(manifest.stage)}
    manifest.model_copy(update=ours).sealed().write(planned)
    status, told = ask(tmp_path, *(w.format(folder=tmp_path, manifest=planned) for w in words))
    assert (status, told.partition(":")[0]) == (1, "error")
    assert f"no stack runs in {tmp_path}: `brainshare up` starts one there" in told
    assert not (tmp_path / "new.json").exists()


def test_a_range_that_ends_before_it_begins_is_told_with_both_ends(tmp_path: Path) -> None:
    words = ("plan", "--stage", "row", "--from", "2026-11-02T00:00Z", "--to", "2026-11-01T00:00Z")
    status, told = ask(tmp_path, *words)
    assert status == 2
    assert "--from is 2026-11-02 00:00:00Z, which is not before --to, 2026-11-01 00:00:00Z" in told


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ((), "no job that the topics keep is meant by --from, --to, --status, --tag and the like"),
        (
            (OPEN, REPLAY, REPLAY),
            "no job is left to run again from the column stage: 2 jobs: it is a replay itself;"
            " 1 job: it has not ended yet",
        ),
    ],
    ids=["nothing is meant", "all is left out"],
)
def test_a_selection_of_no_job_says_why(
    reasons: tuple[str, ...], told: str, manifest: Manifest
) -> None:
    out = tuple(Exclusion(job_id=str(job_id(n)), reason=why) for n, why in enumerate(reasons))
    empty = manifest.model_copy(update={"jobs": (), "excluded": out})
    assert tell_empty(Plan(empty, Counter(), (), ())) == told
