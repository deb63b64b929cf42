"""What a person is told of the noise, and of what is outside of it."""

from schemas.api.replay.comparison import ReplayComparison
from services.cli.report.noise_view import noise_lines
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import describe_comparison, describe_noise
from services.replay.report.remark import NO_CONTROL
from tests.unit.replay.comparison.pairs import compare_beside_control as compare


def tell(found: Comparison) -> list[str]:
    told = ReplayComparison.model_validate(describe_comparison(found, [], 0))
    return [*noise_lines(told)]


def test_each_share_is_told_beside_the_control_s_with_its_interval_and_n() -> None:
    assert tell(compare(worse=30)) == [
        "noise: 100 answers of the control beside those of before",
        "stage  answers      now  control  difference, 95 % interval           n",
        "column same       70.0%    99.0%  -29.0% (-38.7% to -19.5%)        100  different",
        "column worse      30.0%     1.0%  +29.0% (+19.5% to +38.7%)        100  different",
        "outside of the noise: column fewer same, column more worse",
    ]


def test_what_may_be_and_what_is_not_are_told_apart() -> None:
    assert tell(compare(worse=12))[-2:] == [
        "nothing is outside of the noise",
        "unclear, more jobs would tell: column fewer same, column more worse",
    ]
    assert tell(compare(worse=1))[-1] == "nothing is outside of the noise"


def test_without_a_control_no_difference_is_called() -> None:
    found = compare(worse=1)
    alone = Comparison(found.manifest, found.pairs)
    assert tell(alone) == [NO_CONTROL]
    assert describe_noise(alone) is None


def test_programs_are_told_the_same() -> None:
    told = describe_noise(compare(worse=30))
    assert told is not None
    worse = next(said for said in told["judgements"] if said["verdict"] == "worse")
    assert (told["isDifferent"], worse["call"]) == (True, "different")
    assert (worse["n"], worse["now"], worse["control"]) == (100, 30, 1)
