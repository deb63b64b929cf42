"""What breaks after an agent was told to stop is no fault; before, it is."""

from typing import Any, cast

import faust
import pytest

from services.stage_runtime.consumer.faust_app import StageApp
from services.stage_runtime.worker import run


@pytest.mark.parametrize(
    ("was_told", "ends_with", "status"),
    [(True, 1, 0), (True, 0, 0), (False, 1, 1), (True, 78, 78)],
    ids=["broke while it stopped", "stopped", "broke by itself", "refused while it stopped"],
)
def test_the_exit_status_says_whether_it_was_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, was_told: bool, ends_with: int, status: int
) -> None:
    class Worker:
        """Ends as Faust's own does."""

        def __init__(self, *_: Any, **__: Any) -> None:
            self._signal_stop_future = object() if was_told else None

        def execute_from_commandline(self) -> None:
            raise SystemExit(ends_with)

    monkeypatch.setattr(faust, "Worker", Worker)
    with pytest.raises(SystemExit) as ended:
        run(cast(StageApp, None))
    assert ended.value.code == status
