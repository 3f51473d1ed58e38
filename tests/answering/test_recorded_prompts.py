"""The exact messages that each provider's server receives, for ten questions over the seeds.

`prompts/NN-….txt` holds what is said; `prompts/providers.json` how each provider sends it. After a change that
is meant: RECORD_PROMPTS=1 python -m pytest tests/answering/test_recorded_prompts.py
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.answering.backends import open_model
from rag.answering.generative import GenerativeBackend
from rag.answering.scales import Scales
from rag.core.settings import Settings
from rag.core.types import Message
from rag.search.followups import Question, stand_alone
from rag.search.library import Library
from tests.doubles import WordEmbedder

FOLDER = Path(__file__).with_name("prompts")
HISTORY = [
    {"role": "user", "content": "Who received Lavrov in Cairo?"},
    {"role": "assistant", "content": "Abdel Fattah el-Sisi received him [1]."},
]
QUESTIONS: list[tuple[str, list[dict[str, str]]]] = [
    ("Who received Lavrov in Cairo?", []),
    ("When did El-Sisi receive Lavrov?", []),
    ("Whom did Shoukry meet before he went to Russia?", []),
    ("Who heads the Russian delegation to Egypt?", []),
    ("What is Egypt's focus on Libya?", []),
    ("Which summit is planned for 2026?", []),
    ("What is Rosatom building in Egypt?", []),
    ("Who is Georgy Borisenko?", []),
    ("And who else was there?", HISTORY),
    ("What did he say about Libya?", HISTORY),
]
KEYS = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "groq": "GROQ_API_KEY",
    "ollama": "",
}
IS_RECORDING = bool(os.environ.get("RECORD_PROMPTS"))


@pytest.fixture(scope="module")
def library(tmp_path_factory, seeds):
    """Of the seeds, with an embedder that is the same on every computer."""
    opened = Library.open(tmp_path_factory.mktemp("prompts"), Settings(articles=seeds), lambda name: WordEmbedder())
    opened.sync(seeds)
    yield opened
    opened.close()


def said_to(spec: str, place: str, library, server) -> list[Any]:
    """The bodies of the requests for all questions, with a fixed word for the fences."""
    server.says("The articles do not answer this.")
    settings = Settings(llm=spec, llm_base_url=f"{spec.partition(':')[0]}={place}", llm_fallback="none", hits=4)
    backend = GenerativeBackend(open_model(spec, settings), settings)
    bodies = []
    for question, turns in asked():
        hits = library.search(question.standalone, settings.hits)
        *_, draft = backend.reply(Scales(library).weigh(question, hits), hits, turns)
        assert draft.is_refusal
        bodies.append(json.loads(without_fences(json.dumps(server.requests[-1]))))
    return bodies


def asked() -> Iterator[tuple[Question, list[Message]]]:
    """Each question as it stands alone, and the turns before it."""
    for question, history in QUESTIONS:
        turns = [Message(turn["role"], turn["content"]) for turn in history]
        yield stand_alone(question, turns), turns


def without_fences(text: str) -> str:
    """A fixed word in place of the fence that is another one for each question."""
    for fence in set(re.findall(r"<passage 1 (\w+)>", text)):
        text = text.replace(fence, "FENCE")
    return text


def readable(messages: list[dict[str, str]]) -> str:
    return "\n\n".join(f"--- {message['role']} ---\n{message['content']}" for message in messages) + "\n"


def slug(number: int, question: str) -> str:
    return f"{number:02}-{'-'.join(re.findall(r'[a-z0-9]+', question.lower()))}.txt"


def abridged(value: Any, texts: list[tuple[str, str]]) -> Any:
    """The body with a name in place of each text that stands in the readable file."""
    if isinstance(value, dict):
        return {key: abridged(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [abridged(item, texts) for item in value]
    return next((name for text, name in texts if value == text), value)


def compared(file: Path, made: str) -> None:
    if IS_RECORDING:
        file.write_text(made, "utf-8")
    assert file.read_text("utf-8") == made, f"{file.name} has changed; if that is meant, see the head of this test"


def test_each_provider_receives_the_recorded_messages(library, server, monkeypatch):
    root = server.url.removesuffix("/v1")
    for key in filter(None, KEYS.values()):
        monkeypatch.setenv(key, "none")
    said = said_to("openai:tiny", server.url, library, server)
    sent: dict[str, Any] = {}

    for provider in KEYS:
        server.requests.clear()
        place = server.url if provider in ("openai", "mistralai") else root
        bodies = said_to(f"{provider}:tiny", place, library, server)
        for number, (body, neutral) in enumerate(zip(bodies, said, strict=True), start=1):
            messages = neutral["messages"]
            names = [(m["content"], f"<{m['role']} {place}>") for place, m in enumerate(messages)]
            sent.setdefault(provider, {})[f"question {number}"] = abridged(body, names)

    for number, ((question, _), body) in enumerate(zip(QUESTIONS, said, strict=True), start=1):
        compared(FOLDER / slug(number, question), readable(body["messages"]))
    compared(FOLDER / "providers.json", json.dumps(sent, indent=1, ensure_ascii=False) + "\n")
    if IS_RECORDING:
        wanted = {slug(number, question) for number, (question, _) in enumerate(QUESTIONS, start=1)}
        for file in FOLDER.glob("*.txt"):
            if file.name not in wanted:
                file.unlink()


@pytest.mark.slow
def test_a_model_in_this_process_reads_the_same_messages_in_its_own_template(library, tiny_model, server):
    from torch.nn import Embedding
    from torch.nn.modules.module import register_module_forward_pre_hook
    from transformers import AutoTokenizer

    said = said_to("openai:tiny", server.url, library, server)
    settings = Settings(llm_answer_tokens=16, llm_fallback="none", hits=4)
    backend = GenerativeBackend(open_model(f"huggingface:{tiny_model.folder}", settings), settings)
    tokenizer = AutoTokenizer.from_pretrained(tiny_model.folder)
    prompts: list[str] = []

    def note(module, inputs):
        if isinstance(module, Embedding) and inputs[0].shape[-1] > 1:  # the prompt; what follows are single tokens
            prompts.append(tokenizer.decode(inputs[0][0]))

    watching = register_module_forward_pre_hook(note)
    try:
        for question, turns in asked():
            hits = library.search(question.standalone, settings.hits)
            list(backend.reply(Scales(library).weigh(question, hits), hits, turns))
    finally:
        watching.remove()

    in_template = [
        "<s>" + "".join(f"{each['role']}: {each['content']}\n" for each in body["messages"]) + "assistant:"
        for body in said
    ]
    assert [without_fences(prompt) for prompt in prompts] == in_template
