"""What a log can do to us that we did not write: it costs no job but those that it has lost."""

import asyncio
from collections.abc import Iterator

import pytest

from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.log_file import break_checksum, spoil, use_newer_format, use_unknown_codec
from tests.pipeline.lone_agent import Logs, LoneAgent, make_job, name_logs, running_agent
from tests.stack import RunningStack, wait_until

ANSWER_S = 20.0
BEYOND = 50
"""An offset that the log does not reach while the agent starts."""

END, BEGINNING, SPOILED = range(3)
"""What the partition of that number has lost, and one that holds what nobody can read."""


@pytest.fixture(scope="module")
def logs(stack: RunningStack) -> Logs:
    return name_logs(stack)


@pytest.fixture(scope="module")
def agent(
    stack: RunningStack, logs: Logs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoneAgent]:
    """An agent that was away while its logs lost records and got others that nobody can read."""
    asyncio.run(prepare(logs, stack))
    with running_agent(stack, tmp_path_factory.mktemp("lone"), logs) as running:
        yield running


async def prepare(logs: Logs, stack: RunningStack) -> None:
    await logs.create()
    await lose(logs)
    await spoil_logs(logs, stack)
    for topic in (logs.requests, logs.waiting, logs.suggestions, logs.control):
        await logs.publish_uncommitted(topic, make_job(SPOILED))
    await logs.publish_uncommitted(logs.control, make_job(SPOILED), is_aborted=False)


async def lose(logs: Logs) -> None:
    jobs = [make_job(partition) for partition in (END, BEGINNING) for _ in range(4)]
    await logs.publish(logs.requests, *jobs)
    await logs.publish(logs.waiting, make_job(END), make_job(BEGINNING))
    topics = logs.settings.topics
    group = topics.group(StageName.TABLE)
    await logs.commit(group, {(logs.requests, END): BEYOND, (logs.requests, BEGINNING): 1})
    await logs.commit(topics.forwarder_group(StageName.TABLE), {(logs.waiting, END): 5})
    await logs.trim((logs.requests, BEGINNING), 3)


async def spoil_logs(logs: Logs, stack: RunningStack) -> None:
    """Put a batch that cannot be read between two that can."""
    ways = {
        logs.requests: break_checksum,
        logs.waiting: use_unknown_codec,
        logs.suggestions: break_checksum,
        logs.control: use_unknown_codec,
        logs.settings.topics.events: use_newer_format,
    }
    for topic, how in ways.items():
        count = 3 if topic in (logs.requests, logs.waiting) else 1
        await logs.publish(topic, *(make_job(SPOILED) for _ in range(count)))
        spoil(stack.data_dir, topic, SPOILED, count // 2, how)


def wait_for_answers(logs: Logs, count: int) -> list[str]:
    answers = list[str]()

    def are_there() -> bool:
        answers[:] = asyncio.run(logs.answered())
        return len(answers) >= count

    wait_until(are_there, ANSWER_S, f"{count} jobs are answered")
    return answers


def test_a_job_behind_a_lost_end_or_beginning_is_handled_once(logs: Logs, agent: LoneAgent) -> None:
    new = [make_job(partition) for partition in (END, BEGINNING) for _ in range(3)]
    published = asyncio.run(logs.publish(logs.requests, *new))
    # Four that were there and one that waited, of one partition; two and one of the next; of the
    # last one four around the batches that nobody can read. The aborted ones are no jobs.
    expected = (4 + 1) + (1 + 1) + (2 + 2) + len(new)
    answers = wait_for_answers(logs, expected)
    assert len(answers) == len(set(answers)) == expected
    assert set(published) <= set(answers)


def test_what_a_log_has_lost_is_said_with_place_and_number(agent: LoneAgent, logs: Logs) -> None:
    lost = agent.said("log_lost_end")
    told = [(line["topic"], line["partition"], line["next"]) for line in lost]
    assert sorted(told) == [(logs.requests, END, BEYOND), (logs.waiting, END, 5)]
    [trimmed] = agent.said("log_lost_beginning")
    assert (trimmed["topic"], trimmed["partition"]) == (logs.requests, BEGINNING)
    assert (trimmed["next"], trimmed["begin"], trimmed["records_gone"]) == (1, 3, 2)


def test_a_batch_that_nobody_can_read_is_a_dead_letter_that_names_its_place(
    agent: LoneAgent, logs: Logs
) -> None:
    def letters() -> list[ConsumedRecord]:
        return asyncio.run(logs.read(logs.dead_letters))

    wait_until(lambda: len(letters()) >= 2, ANSWER_S, "both batches are given up on")
    told = sorted(str(letter.unreadable) for letter in letters())
    assert [line.partition(": ")[0] for line in told] == [
        f"{topic} [{SPOILED}] offsets 1 to 1" for topic in (logs.requests, logs.waiting)
    ]
    assert {dict(letter.headers)["error-kind"] for letter in letters()} == {b"poison"}


def test_each_reader_says_which_batch_it_could_not_read(agent: LoneAgent, logs: Logs) -> None:
    told = {(line["topic"], line["partition"]) for line in agent.said("batch_unreadable")}
    names = (logs.requests, logs.waiting, logs.control)
    assert told >= {(name, SPOILED) for name in names}
