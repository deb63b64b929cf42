"""A limit that a refusal tells is kept to at once: every wording, over HTTP."""

import re
from typing import Any

import pytest

from services.failure.verdict import Failure
from tests.unit.llm.fake_provider import READ, Request, Said, completes, provide

PROMPT = 700

OUTPUT = {
    "openai": "max_tokens is too large: {cap}. This model supports at most 4096 completion tokens,"
    " whereas you provided {cap}.",
    "groq": "`max_tokens` must be less than or equal to `4096`, the maximum value for `max_tokens`"
    " is less than the `context_window` for this model",
    "doubao": "The parameter `max_completion_tokens` specified in the request is not valid: integer"
    " above maximum value, expected a value <= 4096, but got {cap} instead. Request id: 0217",
    "anthropic": "max_tokens: {cap} > 4096, which is the maximum allowed number of output tokens"
    " for claude-3-5-sonnet-20240620",
    "deepseek": "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]",
    "dashscope": "Range of max_tokens should be [1, 4096]",
    "bedrock": "The maximum tokens you requested exceeds the model limit of 4096. Try again with a"
    " maximum tokens value that is lower than 4096.",
    "cohere": "too many tokens: max tokens must be less than or equal to 4,096",
    "fireworks": "Requests with max_tokens > 4096 must have stream=true",
    # stackblitz-labs/bolt.diy#955
    "gemini": "Unable to submit request because it has a maxOutputTokens value of {cap} but the"
    " supported range is from 1 (inclusive) to 4097 (exclusive). Update the value and try again.",
    "minimax": "invalid params, tokens_to_generate must be between 1 and 4096",
    "moonshot": "Invalid request: max_tokens must be less than or equal to 4096",
    "zhipu": "max_tokens 参数非法。请检查文档。范围为 [1, 4096]",
    "hunyuan": "MaxTokens 取值范围 [1, 4096]",
    "without a space": "max_tokens取值范围：[1,4096]",
    "in Chinese": "max_tokens 超出范围，最大值为4096",
    "in Japanese": "max_tokensは4096以下である必要があります",
    "in German": "Der Wert für max_tokens darf höchstens 4096 sein",
    "in French": "max_tokens doit être inférieur ou égal à 4096",
    "dots": "Value {cap} for maxTokens is out of range (1..4096)",
    "half open": "max_tokens should be in [1, 4097)",
    "a range in capitals": "MaxTokens must be in the range from 1 to 4096, inclusive.",
    "grouped by dots": "max_tokens must not exceed 4.096",
}
WINDOW = {
    "openai": "This model's maximum context length is 4096 tokens. However, you requested {total}"
    " tokens ({prompt} in the messages, {cap} in the completion). Please reduce the length.",
    "vllm": "'max_tokens' or 'max_completion_tokens' is too large: {cap}. This model's maximum"
    " context length is 4096 tokens and your request has {prompt} input tokens ({cap} > 4096).",
    "anthropic": "input length and `max_tokens` exceed context limit: {prompt} + {cap} > 4096,"
    " decrease input length or `max_tokens` and try again",
    "sglang": "Requested token count exceeds the model's maximum context length of 4096 tokens. You"
    " requested a total of {total} tokens: {prompt} tokens from the input messages and {cap} tokens"
    " for the completion.",
    "openrouter": "This endpoint's maximum context length is 4096 tokens. However, you requested"
    " about {total} tokens ({prompt} of text input, {cap} in the output).",
    "groq": "Request too large for model `x` on tokens per minute (TPM): Limit 4096, Requested"
    " {total}, please reduce your message size and try again.",
    "tgi": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: {prompt} `inputs` tokens and"
    " {cap} `max_new_tokens`. The context length is exceeded.",
    "together": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given:"
    " {prompt} `inputs` tokens and {cap} `max_new_tokens`",
    "deepinfra": "inputs length ({prompt}) + max_new_tokens ({cap}) must be <= 4096",
    # MoonshotAI/kimi-cli#2011
    "moonshot": "Your request exceeded model token limit: 4096 (requested: {total})",
    # continuedev/continue#10993
    "siliconflow": "max_total_tokens ({total}) must be less than or equal to max_seq_len (4096)",
    "databricks": "Input tokens {prompt} plus max_tokens {cap} exceed the limit of 4096",
    "watsonx": "the number of input tokens {prompt} and max_new_tokens {cap} cannot exceed the"
    " total tokens limit 4096 for this model",
    "exceeded": "context window exceeded: {total} > 4096 ({prompt} in the prompt)",
    "plus": "Input length {prompt} plus max_tokens {cap} exceeds maximum length 4096",
    "cloudflare": "AiError: The estimated number of input and maximum output tokens ({total})"
    " exceeded this model context window limit (4096).",
}
WINDOW_ALONE = {
    "a sum": "max_tokens ({cap}) + prompt ({prompt}) > 4096",
    # cline/cline#2115, MoonshotAI/MoonshotAI-Cookbook#18
    "github": "Request body too large for gpt-4o model. Max size: 4096 tokens.",
    "moonshot": "model max length exceeded, max length:4096",
}
UNSAID = {
    "an answer": "max_tokens is too large",
    "an answer, in Chinese": "max_tokens 超过上限",
    "both": "This request exceeds the context window of the model.",
}


def cap_of(request: Request) -> int:
    cap = request.get("max_completion_tokens") or request["max_tokens"]
    assert isinstance(cap, int)
    return cap


def refuse(words: str, cap: int, **more: Any) -> Said:
    told = words.format(cap=cap, prompt=PROMPT, total=PROMPT + cap)
    return Said({"error": {"message": told, "code": None, "param": None} | more}, 400)


@pytest.mark.parametrize("words", OUTPUT.values(), ids=OUTPUT)
async def test_the_most_of_an_answer_is_learned_from_a_refusal(words: str) -> None:
    def picky(request: Request) -> Said:
        cap = cap_of(request)
        return refuse(words, cap) if cap > 4096 else Said(completes())

    async with provide(picky) as provider:
        assert (await provider.ask()).content == READ
        await provider.ask()
        assert [cap_of(request) for request in provider.requests] == [8192, 4096, 4096]


@pytest.mark.parametrize("words", WINDOW.values(), ids=WINDOW)
async def test_the_context_is_learned_from_a_refusal(words: str) -> None:
    def picky(request: Request) -> Said:
        cap = cap_of(request)
        return refuse(words, cap) if cap + PROMPT > 4096 else Said(completes())

    async with provide(picky) as provider:
        assert (await provider.ask()).content == READ
        await provider.ask()
        caps = [cap_of(request) for request in provider.requests]
    assert len(caps) == 3
    assert all(2500 < cap <= 4096 - PROMPT for cap in caps[1:])


@pytest.mark.parametrize("words", WINDOW_ALONE.values(), ids=WINDOW_ALONE)
async def test_a_context_that_is_told_without_the_prompt_is_fitted(words: str) -> None:
    def picky(request: Request) -> Said:
        cap = cap_of(request)
        return refuse(words, cap) if cap + PROMPT > 4096 else Said(completes())

    async with provide(picky) as provider:
        assert (await provider.ask()).content == READ
        assert 1024 < cap_of(provider.requests[-1]) <= 4096 - PROMPT


@pytest.mark.parametrize("words", UNSAID.values(), ids=UNSAID)
async def test_a_limit_without_a_number_is_found_by_halves_and_kept(words: str) -> None:
    def picky(request: Request) -> Said:
        cap = cap_of(request)
        return refuse(words, cap) if cap > 3000 else Said(completes())

    async with provide(picky) as provider:
        assert (await provider.ask()).content == READ
        await provider.ask()
        assert [cap_of(request) for request in provider.requests] == [8192, 4096, 2048, 2048]


@pytest.mark.parametrize(
    "words",
    ["prompt is too long", "Range of input length should be [1, 6000]", "The input is too long."],
)
async def test_a_prompt_that_is_too_long_is_not_sent_again_for_a_smaller_answer(
    words: str,
) -> None:
    async with provide(lambda request: refuse(words, 0)) as provider:
        failed = await provider.fail()
        assert (failed.failure, len(provider.requests)) == (Failure.CONTEXT_TOO_LONG, 1)


OVERRUN = {
    # xorbitsai/inference#3785
    "vllm": "The decoder prompt (length 5000) is longer than the maximum model length of 4096."
    " Make sure that `max_model_len` is no smaller than the number of text tokens.",
    # hiyouga/LlamaFactory#7723
    "vllm's engine": "Prompt length of 5000 is longer than the maximum model length of 4096.",
    "sglang": "Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens). Use a"
    " shorter input or enable --allow-auto-truncate.",
}


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("words", OVERRUN.values(), ids=OVERRUN)
async def test_the_context_that_a_prompt_overruns_is_learned_and_kept_to(
    words: str, status: int
) -> None:
    told = Said({"detail": words}, status)
    async with provide(told, Said(completes())) as provider:
        failed = await provider.fail()
        assert failed.failure is Failure.CONTEXT_TOO_LONG
        assert provider.client.limit.window == 4096
        await provider.ask()
        assert [cap_of(request) + PROMPT < 4096 for request in provider.requests] == [False, True]


async def test_a_server_that_fails_over_a_schema_is_asked_without_it() -> None:
    def failing(request: Request) -> Said:
        if request.get("response_format", {}).get("type") == "json_schema":
            return Said({"error": {"message": "Failed to compile grammar from json_schema"}}, 500)
        return Said(completes())

    async with provide(failing) as provider:
        assert (await provider.ask()).content == READ
        assert len(provider.requests) == 3


async def test_a_server_that_names_numbers_beside_its_words_is_believed_them() -> None:
    told = {"type": "exceed_context_size_error", "n_prompt_tokens": 5000, "n_ctx": 4096}
    words = "the request exceeds the available context size, try increasing it"
    async with provide(lambda request: refuse(words, 0, **told)) as provider:
        failed = await provider.fail()
        # The prompt alone is too long: that a smaller answer cannot mend.
        assert (failed.failure, len(provider.requests)) == (Failure.CONTEXT_TOO_LONG, 1)


async def test_a_limit_that_moves_is_followed_three_times_and_no_more() -> None:
    words = "max_tokens must be less than or equal to {limit}"

    def moving(request: Request) -> Said:
        limit = str(cap_of(request) - 1)
        return refuse(words.replace("{limit}", limit), cap_of(request))

    async with provide(moving) as provider:
        assert (await provider.fail()).failure is Failure.CONTEXT_TOO_LONG
        assert len(provider.requests) == 4


async def test_no_more_is_asked_for_than_is_set() -> None:
    async with provide(Said(completes()), max_completion_tokens=500) as provider:
        await provider.ask()
        assert cap_of(provider.requests[0]) == 500


async def test_a_model_that_thinks_is_given_room_within_what_it_takes() -> None:
    def picky(request: Request) -> Said:
        if cap_of(request) > 32_768:
            return refuse(OUTPUT["openai"].replace("4096", "32768"), cap_of(request))
        usage = {"completion_tokens_details": {"reasoning_tokens": 20_000}}
        return Said(completes() | {"usage": usage})

    async with provide(picky) as provider:
        for _ in range(3):
            await provider.ask()
        assert [cap_of(request) for request in provider.requests] == [8192, 38_192, 32_768, 32_768]


async def test_a_field_that_is_refused_with_its_own_number_is_left_out() -> None:
    def picky(request: Request) -> Said:
        if "max_completion_tokens" in request:
            return refuse("does not support parameters: {{'max_completion_tokens': {cap}}}", 8192)
        return Said(completes())

    async with provide(picky) as provider:
        await provider.ask()
        assert re.fullmatch("8192", str(provider.requests[-1]["max_tokens"]))
