"""One string chooses the model; whatever a provider does wrong is one sentence with a way out."""

import sys

import pytest
from langchain_core.language_models import GenericFakeChatModel

from rag.answering.backends import PROVIDERS, open_model
from rag.core.errors import BackendFailed, BackendKeyMissing, BackendPackageMissing, BackendUnknown
from rag.core.settings import Settings

ASKED = [("system", "Be brief."), ("user", "When do spring tides come?")]


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("opnai:gpt-5-mini", "Unknown backend 'opnai:gpt-5-mini'.", "Did you mean openai?"),
        ("extractiv", "Unknown backend 'extractiv'.", "Did you mean extractive?"),
        ("extractive:tiny", "Unknown backend 'extractive:tiny'.", "Did you mean extractive?"),
        ("olama:qwen3:8b", "Unknown backend 'olama:qwen3:8b'.", "Did you mean ollama?"),
        ("google-genai:gemini", "Unknown backend 'google-genai:gemini'.", "Did you mean google_genai?"),
        ("gpt-5", "Unknown backend 'gpt-5'.", f"one of: {', '.join(PROVIDERS)}."),
        ("", "Unknown backend ''.", f"one of: {', '.join(PROVIDERS)}."),
        (":gpt-5", "Unknown backend ':gpt-5'.", f"one of: {', '.join(PROVIDERS)}."),
        ("openai", "The backend 'openai' names no model.", "Write it as openai:MODEL."),
        ("ollama:", "The backend 'ollama:' names no model.", "Write it as ollama:MODEL."),
    ],
)
def test_a_backend_that_does_not_exist_is_refused_with_the_nearest(spec, message, hint):
    with pytest.raises(BackendUnknown) as caught:
        open_model(spec, Settings())

    assert caught.value.message == message
    assert caught.value.hint.endswith(hint)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("llm_base_url", "opnai=http://127.0.0.1:8765/v1", "Did you mean openai?"),
        ("llm_base_url", "http://a/v1; x=http://b/v1", "There are openai, anthropic, "),
        ("llm_prices", "openi:x=1,2", "Did you mean openai?"),
        ("llm_prices", "1,2; OpenAI:x=1,2", "Did you mean openai?"),
    ],
)
def test_an_address_or_a_price_of_no_known_provider_is_refused_before_anything_is_sent(name, value, hint):
    with pytest.raises(BackendUnknown, match="which is unknown") as refused:
        open_model("openai:tiny", Settings(**{name: value}))

    assert refused.value.hint.startswith(hint)


def test_a_price_of_a_model_from_code_needs_no_provider():
    assert open_model("openai:tiny", Settings(llm_base_url="http://a/v1", llm_prices="qwen3:8b=1,2; tides=1,2"))


@pytest.mark.parametrize("given", [Settings(), 5, {"model": "tiny"}], ids=type)
def test_an_object_that_cannot_answer_is_refused_when_it_is_given(given):
    with pytest.raises(BackendUnknown) as caught:
        open_model(given, Settings())

    assert caught.value.message == f"A backend cannot be of the type {type(given).__name__}."
    assert "a LangChain chat model" in caught.value.hint


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_without_its_package_is_refused_with_the_command_that_installs_it(provider, monkeypatch):
    monkeypatch.setitem(sys.modules, PROVIDERS[provider].package, None)  # so that Python cannot import it

    with pytest.raises(BackendPackageMissing) as caught:
        open_model(f"{provider}:some-model", Settings())

    package = PROVIDERS[provider].package.replace("_", "-")
    assert str(caught.value) == (
        f"The backend '{provider}:some-model' needs the package {package}. Run: pip install {package}"
    )


def test_a_provider_without_its_key_is_refused_with_the_name_of_the_key():
    with pytest.raises(BackendKeyMissing) as caught:
        open_model("openai:gpt-5-mini", Settings())

    assert caught.value.message == "The backend 'openai:gpt-5-mini' needs a key and OPENAI_API_KEY is not set."
    assert ".env" in caught.value.hint


def test_a_server_of_ones_own_needs_no_key(server):
    server.says("Twice a month.")

    model = open_model("openai:tiny", Settings(llm_base_url=server.url))

    assert "".join(model.stream(ASKED)) == "Twice a month."


def test_the_model_is_named_by_everything_after_the_first_colon(server):
    server.says("Twice a month.")

    model = open_model("openai:qwen3:8b", Settings(llm_base_url=server.url))

    assert model.name == "openai:qwen3:8b"
    assert list(model.stream(ASKED))
    assert server.requests[-1]["model"] == "qwen3:8b"


def test_the_settings_and_the_messages_reach_the_server(server):
    server.says("Twice a month.")
    settings = Settings(llm_base_url=server.url, llm_temperature=0.5, llm_answer_tokens=77)

    list(open_model("openai:tiny", settings).stream(ASKED))

    request = server.requests[-1]
    assert server.prompt == ASKED
    assert (request["temperature"], request["stream"]) == (0.5, True)
    assert 77 in (request.get("max_tokens"), request.get("max_completion_tokens"))


def test_a_reply_comes_in_the_pieces_that_the_server_sends(server):
    server.says("Twice a month.", piece_chars=3)

    assert list(open_model("openai:tiny", Settings(llm_base_url=server.url)).stream(ASKED)) == [
        "Twi",
        "ce ",
        "a m",
        "ont",
        "h.",
    ]


def test_a_langchain_chat_model_is_taken_as_it_is():
    model = open_model(GenericFakeChatModel(messages=iter(["Twice a month."])), Settings())

    assert model.name == "GenericFakeChatModel"
    assert list(model.stream(ASKED)) == ["Twice", " ", "a", " ", "month."]


def test_what_came_before_the_stream_broke_was_handed_on(server):
    server.says("Twice a month.", piece_chars=3, cut_after=2)
    came = []

    with pytest.raises(BackendFailed):
        for piece in open_model("openai:tiny", Settings(llm_base_url=server.url)).stream(ASKED):
            came.append(piece)

    assert came == ["Twi", "ce "]


def test_a_model_that_failed_may_be_asked_again(server):
    server.misbehaves(status=500)
    model = open_model("openai:tiny", Settings(llm_base_url=server.url))
    with pytest.raises(BackendFailed):
        list(model.stream(ASKED))

    server.says("Twice a month.")

    assert "".join(model.stream(ASKED)) == "Twice a month."
