"""A post during restarts is patient: it counts as refused only by its last answer."""

from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scale import rolling
from tests.scale.rolling import _post


class Robin:
    """Answers in turn with these statuses, and notes the keys it was given."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = iter(statuses)
        self.keys = list[str]()

    def ask(self, _method: str, _path: str, **told: Any) -> SimpleNamespace:
        self.keys.append(told["headers"]["Idempotency-Key"])
        return SimpleNamespace(status_code=next(self._statuses))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "AGAIN_S", 0.0)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [((202,), [202]), ((503, 503, 202), [503, 503, 202]), ((503, 422), [503, 422])],
    ids=["at once", "put off", "refused"],
)
def test_a_post_is_made_again_with_its_key_while_it_is_put_off(
    answers: tuple[int, ...], seen: list[int]
) -> None:
    robin = Robin(*answers)
    assert _post(robin, Event()) == seen  # type: ignore[arg-type]
    assert len(set(robin.keys)) == 1


def test_a_post_is_not_made_again_once_the_restarts_have_failed() -> None:
    given_up = Event()
    given_up.set()
    assert _post(Robin(), given_up) == []  # type: ignore[arg-type]
