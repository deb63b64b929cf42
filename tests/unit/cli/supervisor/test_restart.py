"""When a service that died is started again."""

from services.cli.supervisor.restart import RestartPolicy


def test_the_delay_doubles_up_to_ten_seconds() -> None:
    policy = RestartPolicy()
    # One death each 20 s: too rare to count as failing.
    delays = [policy.decide(lived_s=1, now_s=20.0 * n).delay_s for n in range(8)]
    assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_long_life_starts_over() -> None:
    policy = RestartPolicy()
    policy.decide(lived_s=1, now_s=0)
    policy.decide(lived_s=1, now_s=1)
    assert policy.decide(lived_s=30, now_s=31).delay_s == 0.2


def test_the_fifth_death_within_a_minute_is_failing_and_tried_slowly() -> None:
    policy = RestartPolicy()
    decisions = [policy.decide(lived_s=1, now_s=float(n)) for n in range(6)]
    assert [d.is_failing for d in decisions] == [False, False, False, False, True, True]
    assert decisions[-1].delay_s == 10.0
