"""Greetings, thanks and questions about the program: answered from what the library holds, never searched for."""

import pytest

from rag.answering.assistant import Assistant
from rag.answering.smalltalk import small_talk, titled
from rag.core.errors import LibraryMissing

SAID = {
    "greeting": ["Hi", "hello!", "Hey there", "Good morning.", "hello, how are you?", "How are you?", "hi :)", "HELLO"],
    "noted": ["ok", "I see", "Great!", "yes", "no", "hm", "good to know"],
    "thanks": ["Thanks", "thank you very much!", "ok, thanks", "Great, thank you.", "thx", "No, thanks"],
    "farewell": ["bye", "Goodbye!", "see you later"],
    "about": [
        "What can you do?",
        "what can you do for me",
        "Who are you?",
        "help",
        "Can you help me?",
        "How does this work?",
        "What can I ask you about?",
        "Hi, what can you do?",
        "What is this?",
        "What do you know?",
    ],
    "articles": [
        "How many articles are there?",
        "how many documents do you have",
        "What articles do you have?",
        "Which is the newest article?",
        "what is the oldest article in the library",
        "List all the articles, please",
        "show me the titles of all the articles",
        "When was the last article published?",
    ],
}
QUESTIONS = [
    "Who received Lavrov in Cairo?",
    "Hi, who received Lavrov in Cairo?",
    "Hello Kitty was made by whom?",
    "What can you do about inflation?",
    "Who are you going to meet, Mr Lavrov?",
    "What is this agreement about?",
    "How does this work in Egypt?",
    "Thanks to whom was the summit held?",
    "What do you know about Libya?",
    "Bye-elections in 2025?",
    "Help for Gaza",
    "And in Sudan?",
    "How many articles mention Libya?",
    "Which articles are about Libya?",
    "What is the first story about?",
    "List the participants",
    "Why?",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SAID.items() for text in texts])
def test_small_talk_is_known(kind, text):
    assert small_talk(text) == kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_no_small_talk(text):
    assert small_talk(text) is None


@pytest.mark.parametrize("text", [texts[0] for texts in SAID.values()])
def test_it_is_answered_in_a_sentence_or_two_without_searching(text, library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "Wheat is dear\n\nIts price rose.", "b.txt": "Harbours\n\nThey open at six."}))
    embedded = len(opened.embedder.embedded)
    assistant = Assistant.open(opened, "extractive")

    (reply,) = assistant.stream(text)

    assert (reply.status, reply.is_final, reply.hits, reply.citations) == ("answered", True, (), ())
    assert 2 < len(reply.text.split()) < 60
    assert [sentence.text for sentence in reply.sentences] == [reply.text]
    assert len(opened.embedder.embedded) == embedded


def test_it_says_what_the_library_holds(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "Wheat is dear\n\nIts price rose.", "b.txt": "Harbours\n\nThey open at six."}))

    said = Assistant.open(opened, "extractive").answer("What can you do?").text

    assert "the 2 articles in this library" in said
    assert "“Wheat is dear”" in said
    assert "“Harbours”" in said


def test_a_title_that_several_articles_share_is_named_once(library, folder):
    opened = library()
    named = {"a.txt": "Ferry times\n\nIt sails.", "b.txt": "Ferry times\n\nIt sailed.", "c.txt": "Tides\n\nThey rise."}
    opened.sync(folder(named))

    said = Assistant.open(opened, "extractive").answer("Hello").text

    assert said.endswith("Among them: “Ferry times” and “Tides”.")


def test_no_model_is_asked(assistant, server):
    assert "4 articles" in assistant.answer("Thanks!").text
    assert server.requests == []


def test_a_library_without_articles_says_how_to_fill_it(tmp_path):
    with pytest.raises(LibraryMissing):
        Assistant.open(tmp_path / "none", "extractive").answer("Hello")


def test_the_articles_are_listed_the_latest_first(library, folder):
    opened = library()
    dated = {
        f"{day:02}.txt": f"---\ndate: 2024-05-{day:02}\n---\n# Day {day} [1]\n\nIt rained." for day in range(1, 23)
    }
    opened.sync(folder(dated | {"undated.txt": "# Rain\n\nIt may rain."}))

    reply = Assistant.open(opened, "extractive").answer("What is the newest article?")

    opening, newest, *_, last, _, oldest = reply.text.split("\n")
    assert opening == "The library holds 23 articles; these are the 20 latest:"
    assert newest == "- Day 22 1 (2024-05-22)"
    assert last == "- Day 3 1 (2024-05-03)"
    assert oldest == "The oldest: Day 1 1 (2024-05-01)."


def test_a_quotation_in_a_title_has_single_marks():
    assert titled('"A late train": the woman who said "no"') == "“‘A late train’: the woman who said ‘no’”"
