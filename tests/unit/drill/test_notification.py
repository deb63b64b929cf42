"""A group is told of after its wait, then at its interval; what is silenced then is left out."""

import yaml

from deploy.prometheus.pace import Pace
from tests.drill.__main__ import ALERTMANAGER
from tests.drill.inhibition import Labels
from tests.drill.notification import Notifications, read_notifications

ROW = {"alertname": "StageDown", "stage": "row"}
TABLE = {"alertname": "StageDown", "stage": "table"}
CANARY = {"alertname": "CanaryStale"}


def make() -> Notifications:
    return Notifications(["alertname", "stage"], wait_s=30, interval_s=300)


def tell(told: Notifications, now: float, *audible: Labels, silent: tuple[Labels, ...] = ()) -> int:
    """How many are told of at a moment."""
    return len(told.tell([*audible, *silent], audible, now))


def test_a_group_is_told_of_after_its_wait_and_then_at_its_interval() -> None:
    told = make()
    assert [tell(told, now, ROW) for now in (0, 29, 30, 31, 329, 330)] == [0, 0, 1, 0, 0, 1]


def test_what_ends_within_the_wait_is_never_told_of() -> None:
    told = make()
    assert [tell(told, 0, ROW), tell(told, 20), tell(told, 25, ROW), tell(told, 40, ROW)] == [0] * 4


def test_groups_wait_each_for_themselves() -> None:
    told = make()
    assert [tell(told, 0, ROW), tell(told, 20, ROW, TABLE)] == [0, 0]
    assert [tell(told, 30, ROW, TABLE), tell(told, 50, ROW, TABLE)] == [1, 1]


def test_what_is_silenced_when_its_group_is_due_waits_for_the_next_time() -> None:
    """So a symptom that outlasts its cause by a moment pages nobody."""
    told = make()
    assert [tell(told, now, ROW, silent=(CANARY,)) for now in (0, 30)] == [0, 1]
    assert tell(told, 60, CANARY) == 0
    assert tell(told, 330, CANARY) == 1


def test_our_own_configuration_is_read_at_the_pace_of_the_drill() -> None:
    config = yaml.safe_load(ALERTMANAGER.read_text())
    found = read_notifications(config, Pace(30).seconds)
    assert (found.wait_s, found.interval_s) == (1, 10)
    assert list(found.group_by) == ["alertname", "stage"]
