"""What one worker has learned of a server, the others know."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.llm.exchange.output_mode import OutputMode
from services.llm.limit.learned_limit import FORGET_S
from services.llm.server_memory import ServerMemory, Taken
from tests.unit.llm.fake_provider import READ, ROWS, Request, Said, completes, provide

NOW = datetime(2026, 11, 26, tzinfo=UTC)
LEARNED = Taken(OutputMode.FUNCTION, ("store",))


def picky(request: Request) -> Said:
    if "tools" not in request:
        return Said({"error": {"message": "no", "param": "response_format"}}, 400)
    return Said(completes(None, message={"function_call": {"arguments": ROWS}}))


async def test_what_one_stage_was_refused_no_other_stage_asks_for(tmp_path: Path) -> None:
    calls = []
    for _ in range(3):
        async with provide(picky, memory=ServerMemory(tmp_path, "here m")) as provider:
            assert (await provider.ask()).content == READ
            calls.append(len(provider.requests))
    assert calls == [3, 1, 1]


async def test_a_worker_that_runs_already_hears_of_it(tmp_path: Path) -> None:
    async with provide(picky, memory=ServerMemory(tmp_path, "here m")) as provider:
        ServerMemory(tmp_path, "here m").keep(LEARNED)
        await provider.ask()
        assert len(provider.requests) == 1


async def test_a_step_that_is_set_is_not_left_for_what_others_say(tmp_path: Path) -> None:
    memory = ServerMemory(tmp_path, "here m")
    memory.keep(LEARNED)
    async with provide(Said(completes()), memory=memory, level="json-schema") as provider:
        assert (await provider.ask()).level == OutputMode.SCHEMA


def test_another_server_or_model_is_another_matter(tmp_path: Path) -> None:
    ServerMemory(tmp_path, "here m").keep(LEARNED)
    assert ServerMemory(tmp_path, "there m").recall() is None
    assert ServerMemory(tmp_path, "here m").recall() == LEARNED


def test_it_is_told_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    memory, other = ServerMemory(tmp_path, "s"), ServerMemory(tmp_path, "s")
    other.keep(LEARNED)
    assert [memory.recall(), memory.recall()] == [LEARNED, None]


def test_it_is_forgotten_after_a_while(tmp_path: Path) -> None:
    ServerMemory(tmp_path, "s", lambda: NOW).keep(LEARNED)
    later = NOW + timedelta(seconds=FORGET_S)
    assert ServerMemory(tmp_path, "s", lambda: later).recall() is None


def test_a_file_that_cannot_be_read_or_written_is_no_matter(tmp_path: Path) -> None:
    ServerMemory(tmp_path, "s").keep(LEARNED)
    (file,) = tmp_path.iterdir()
    for text in ("", "{", "[]", '{"at": "soon"}', '{"at": 1, "mode": "better", "refused": 7}'):
        file.write_text(text)
        assert ServerMemory(tmp_path, "s").recall() is None
    ServerMemory(file / "below", "s").keep(LEARNED)


def test_its_folder_is_made(tmp_path: Path) -> None:
    ServerMemory(tmp_path / "model", "s").keep(LEARNED)
    assert ServerMemory(tmp_path / "model", "s").recall() == LEARNED


def test_what_is_refused_once_is_refused() -> None:
    merged = Taken(OutputMode.SCHEMA, ("b",)).merge(LEARNED)
    assert merged == Taken(OutputMode.FUNCTION, ("b", "store"))
