"""What the calls of an attempt took together."""

from schemas.job.record import Engine, Usage
from services.llm.exchange.answer import Answer
from services.stage_runtime.suggestion.call_total import CallTotal, add_up


def answer(engine: Engine, request_id: str | None) -> Answer:
    return Answer("{}", "m-1", engine, request_id, Usage(input_tokens=2, output_tokens=1), 0.5)


def test_what_one_call_does_not_report_is_not_known_of_all() -> None:
    both = [Usage(input_tokens=2, cached_tokens=1), Usage(input_tokens=3, is_estimated=True)]
    assert add_up(both) == Usage(input_tokens=5, is_estimated=True)


def test_one_canned_answer_makes_all_of_it_demo() -> None:
    total = CallTotal()
    total.note(answer(Engine.MODEL, "req-1"))
    total.note(answer(Engine.DEMO, None))
    told = total.describe()
    assert (told["engine"], told["request_ids"], told["calls"]) == (Engine.DEMO, ("req-1",), 2)
    assert (told["latency_s"], told["usage"].input_tokens) == (1.0, 4)


def test_without_a_call_there_is_nothing_to_say() -> None:
    assert CallTotal().describe() == {}
