"""What an answer is read as; its many forms are in test_provider_answer.py."""

from typing import Any

from schemas.job.record import Engine
from services.llm.exchange.answer import Answer, read_answer
from services.llm.exchange.completion import read_completion


def read(headers: dict[str, str] | None = None, **choice: Any) -> Answer:
    whole = {"message": {"content": '{"a": "b"}'}} | choice
    completion = read_completion({"model": "m", "choices": [whole]})
    return read_answer(completion, headers or {}, 0.5, {"type": "object"})


def test_an_answer_carries_text_model_and_request_id() -> None:
    answer = read({"x-request-id": "r-1"})
    assert (answer.content, answer.model, answer.request_id) == ('{"a":"b"}', "m", "r-1")
    assert answer.engine is Engine.MODEL
    assert answer.usage.input_tokens is None


def test_the_demo_server_is_known_by_its_header() -> None:
    assert read({"x-demo": "1"}).engine is Engine.DEMO
