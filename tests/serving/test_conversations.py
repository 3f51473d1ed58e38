"""Conversations that are kept: whose they are, how they come back, what is exported, which sources have changed."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from rag.core.errors import CitewellError, StorageError
from rag.core.types import Answer, Citation, Found, Hit, Passage, Sentence
from rag.measuring.questions import load_questions
from rag.serving import texts
from rag.serving.acting import Acts, Wanted
from rag.serving.conversations import Conversations, Kept
from rag.serving.exporting import evaluation_set, exported
from rag.serving.library_view import LibraryView
from rag.serving.opening import Opening
from rag.serving.reviving import revived_answer
from rag.serving.turns import Turn
from rag.serving.views import Conversation, Views
from tests.serving.test_page_views import ScriptedAssistant

TEXT = "The ferry leaves at seven.\n\nIt returns at nine."
QUOTE = TEXT[:26]


def answer(text: str = "The ferry leaves at seven. [1]", quote: str = QUOTE) -> Answer:
    passage = Passage("p1", "ferry.txt", 0, 26, QUOTE, "Ferry", "", "2025-12-22")
    return Answer(
        question="When?",
        standalone_question="When does the ferry leave?",
        text=text,
        status="answered",
        sentences=(Sentence(text.removesuffix(" [1]"), (1,), "weak", "Only in part."),),
        citations=(
            Citation(
                1, "ferry.txt", "Ferry", "2025-12-22", "stated", "https://a.example/?a=1&b=2", quote, 0, len(quote)
            ),
        ),
        hits=(Hit(passage, 0.9, Found(1, 0.8), Found(None, 0.0)),),
        backend="extractive",
        timings={"search": 0.5},
    )


@pytest.fixture
def kept(tmp_path):
    return Conversations(tmp_path / "library" / "conversations.sqlite")


def test_a_conversation_comes_back_as_it_was(kept):
    turns = [Turn("When?", answer()), Turn("And?", problem=CitewellError("No.", "Try.")), Turn("So?", is_stopped=True)]

    kept.save("ann", "c1", turns)
    again = Conversations(kept._path).turns("ann", "c1")

    assert [turn.question for turn in again] == ["When?", "And?", "So?"]
    assert again[0].answer == answer()
    assert str(again[1].problem) == "No. Try."
    assert [turn.state for turn in again] == ["answered", "problem", "stopped"]


def test_what_another_version_wrote_in_an_answer_is_passed_over():
    data = {**answer().to_dict(), "something_new": 1}
    del data["notice"]

    assert revived_answer(json.loads(json.dumps(data))) == answer()


def test_nobody_reads_lists_changes_or_exports_the_conversation_of_another(kept):
    kept.save("ann", "c1", [Turn("When?", answer())])

    kept.save("bob", "c1", [Turn("Mine now?")])
    kept.rename("bob", "c1", "Taken")
    kept.remove("bob", "c1")

    assert kept.listed("bob") == []
    assert kept.turns("bob", "c1") == []
    assert kept.title("bob", "c1") is None
    assert kept.judged("bob") == []
    assert kept.title("ann", "c1") == "When?"
    assert [turn.question for turn in kept.turns("ann", "c1")] == ["When?"]


def test_a_conversation_is_called_by_what_it_first_asks_without_its_greeting(kept):
    kept.save("", "c1", [Turn("Hi! I am a student. Can you tell me who received Lavrov in Cairo? Thanks.", answer())])

    assert kept.title("", "c1") == "Who received Lavrov in Cairo?"


@pytest.mark.parametrize(("renamed", "title"), [("", "Where is he?"), ("Ferries", "Ferries")])
def test_the_title_follows_a_first_question_that_is_edited_unless_the_user_gave_another(kept, renamed, title):
    first, then = Turn("When does the ferry leave?", answer()), Turn("And back?", answer())
    kept.save("", "c1", [first, then])
    kept.rename("", "c1", renamed)

    kept.save("", "c1", [first, Turn("When does it return?", answer(), replaces=(then.place,))])
    assert kept.title("", "c1") == (renamed or "When does the ferry leave?")
    places = tuple(turn.place for turn in kept.turns("", "c1"))
    kept.save("", "c1", [Turn("where is he?", answer(), replaces=places)])

    assert kept.title("", "c1") == title


def test_conversations_are_found_by_title_question_and_answer_and_percent_is_a_letter(kept):
    kept.save("", "c1", [Turn("When?", answer())])
    kept.save("", "c2", [Turn("Is it 100% sure?")])
    kept.rename("", "c2", "  Doubts\n and more ")

    assert [each.id for each in kept.listed("", "ferry")] == ["c1"]
    assert [each.title for each in kept.listed("", "100%")] == ["Doubts and more"]
    assert [each.id for each in kept.listed("", "%")] == ["c2"]
    assert [each.id for each in kept.listed("", "doubts")] == ["c2"]
    assert kept.listed("", "nothing of it") == []
    assert [each.id for each in kept.listed("", "seven  ferry")] == ["c1"]
    assert kept.listed("", "seven nothing") == []


def test_a_removed_conversation_leaves_no_turn_behind(kept):
    kept.save("", "c1", [Turn("When?", answer())])

    kept.remove("", "c1")

    with sqlite3.connect(kept._path) as db:
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (0,)


def test_a_turn_is_written_once_and_goes_with_what_takes_its_place(kept):
    turns = [Turn(f"Question {place}", answer()) for place in range(3)]
    kept.save("", "c1", turns)

    turns[1:] = [Turn("Another", answer(), replaces=tuple(turn.place for turn in turns[1:]))]
    kept.save("", "c1", turns)

    assert [turn.question for turn in kept.turns("", "c1")] == ["Question 0", "Another"]


def test_an_answer_that_grew_when_the_program_died_comes_back_as_stopped(kept):
    kept.save("", "c1", [Turn("When?", replace(answer(), is_final=False))])

    (turn,) = kept.turns("", "c1")

    assert turn.state == "stopped"


def test_what_a_conversation_asks_stays_with_it_and_is_its_users_alone(kept):
    kept.save("ann", "c1", [Turn("When?", answer())])
    kept.tick("ann", "c1", {"a.txt", "b.txt"})

    kept.tick("bob", "c1", {"c.txt"})

    assert kept.ticked("ann", "c1") == {"a.txt", "b.txt"}
    assert kept.ticked("bob", "c1") == set()
    kept.tick("ann", "c1", ())
    assert kept.ticked("ann", "c1") == set()


def test_many_at_once_lose_nothing(kept):
    def talk(name: str) -> None:
        turns: list[Turn] = []
        for place in range(5):
            turns.append(Turn(f"{name} {place}", answer()))
            kept.save(name, name, turns)

    threads = [threading.Thread(target=talk, args=(f"user{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(len(kept.turns(f"user{number}", f"user{number}")) == 5 for number in range(8))


def test_the_first_visitors_all_find_the_new_file_usable(tmp_path):
    def look(path: Path, together: threading.Barrier) -> list[Kept]:
        together.wait()
        return Conversations(path).listed("")

    with ThreadPoolExecutor(8) as visitors:
        for number in range(100):
            path, together = tmp_path / f"{number}.sqlite", threading.Barrier(8)
            assert list(visitors.map(look, [path] * 8, [together] * 8)) == [[]] * 8


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "c.sqlite").write_text("not a database at all " * 100)

    with pytest.raises(StorageError, match=r"c\.sqlite"):
        Conversations(tmp_path / "c.sqlite").listed("")


# Export


@pytest.mark.parametrize("kind", ["md", "html", "json"])
def test_an_export_holds_the_words_their_source_and_nothing_that_runs(kind):
    hostile = answer("Bad <script>alert(1)</script> [1] [9]", QUOTE)

    file = exported("A <b>title</b>", [Turn("Why <img src=x>?", hostile), Turn("And?", is_stopped=True)], kind)

    assert QUOTE in file
    if kind == "json":
        assert json.loads(file)["turns"][0]["answer"] == json.loads(json.dumps(hostile.to_dict()))
        return
    assert "<script>" not in file.replace("\\<", "&lt;")
    assert "<img" not in file.replace("\\<", "&lt;")
    assert ("[^1-1]: " if kind == "md" else 'id="n1-1"') in file
    assert ("[^1-1]" if kind == "md" else 'href="#n1-1"') in file
    assert "1-9" not in file


@pytest.mark.parametrize(
    "hostile",
    [r"\<img src=x>", r"\[click\](https://evil.example)", r"\![a](https://evil.example)", "&lt;img src=x&gt;", "`<b>`"],
)
def test_no_backslash_lets_html_or_a_link_through_a_markdown_export(hostile):
    said = answer(f"It says {hostile} [1]", hostile)

    shown = MarkdownIt("commonmark").render(exported(hostile, [Turn(hostile, said)], "md"))

    assert not re.search(r"<(?:img|a|b|code)\b", shown)
    assert shown.count(escape(hostile, quote=False)) == 5  # title, question, answer, doubt and footnote


@pytest.mark.parametrize("kind", ["md", "html"])
def test_an_export_shows_what_is_not_supported_and_the_notice(kind):
    doubted = replace(answer(), notice="Asked only 1 article.")

    file = exported("Ferry", [Turn("When?", doubted), Turn("When?", doubted, is_stopped=True)], kind)

    assert file.count("Weakly supported: “The ferry leaves at seven.” Only in part.") == 2
    assert file.count("Asked only 1 article.") == 2
    assert file.count(texts.STOPPED) == 1


@pytest.mark.parametrize("kind", ["md", "html"])
def test_a_number_of_the_article_itself_is_no_footnote(kind):
    quote = "It was built in **1970**.[1]"
    said = replace(answer(f"{quote} [1]", quote), sentences=(Sentence(quote, (1,), "supported"),))

    file = exported("Dam", [Turn("When?", said)], kind)

    assert file.count("[^1-1]" if kind == "md" else 'href="#n1-1"') == (2 if kind == "md" else 1)
    assert (r"in \*\*1970\*\*." if kind == "md" else "in **1970**.") in file


def test_judged_answers_are_an_evaluation_set(kept, tmp_path):
    kept.save("", "c1", [Turn("When?", answer()), Turn("Back?", answer(), verdict="good", comment="Right.")])
    file = tmp_path / "judged.jsonl"

    file.write_text(evaluation_set(kept.judged("")))
    (asked,) = load_questions(file)

    assert asked.question == "Back?"
    assert [turn.content for turn in asked.history] == ["When?", "The ferry leaves at seven. [1]"]
    assert asked.answers == ((QUOTE,),)
    assert asked.sources == ("ferry.txt",)


# Acts of a reader


@pytest.fixture
def acts(library, folder):
    scripted = ScriptedAssistant(library(articles=folder({"ferry.txt": TEXT})))
    scripted.may_go.set()
    opening = Opening(scripted)
    opening._run()
    views = Views(scripted, opening)
    return Acts(views, LibraryView(scripted.library, scripted.settings.articles))


def asked(acts: Acts, user: str = "") -> Conversation:
    conversation = Conversation(user=user)
    list(acts._views.ask("When?", conversation))
    return conversation


def test_two_conversations_of_one_page_are_kept_apart(acts):
    first, second = asked(acts), asked(acts)

    assert first.id != second.id
    assert acts.talks(first).count("reopen") == 2


def test_what_was_asked_is_opened_again_by_its_user_only(acts):
    mine = asked(acts, "ann")

    opened = acts.do(Wanted.parsed({"act": "open", "id": mine.id}), Conversation(user="ann")).conversation
    stranger = acts.do(Wanted.parsed({"act": "open", "id": mine.id}), Conversation(user="bob"))
    stolen = acts.do(Wanted.parsed({"act": "export", "id": mine.id, "as": "md"}), Conversation(user="bob"))

    assert [turn.question for turn in opened.turns] == ["When?"]
    assert stranger.conversation is None
    assert texts.NO_SUCH_TALK in stranger.told
    assert stolen.parcel is None


def test_a_question_is_kept_while_a_model_words_its_answer(acts):
    """And said to be broken off where the program ends meanwhile."""
    acts._views.assistant.pieces = (0, 26)
    conversation = Conversation()
    growing = acts._views.ask("When?", conversation)
    *_, waiting = next(growing), next(growing)

    (broken_off,) = opened(acts, conversation).turns
    list(growing)
    (whole,) = opened(acts, conversation).turns

    assert texts.WAITING_FOR_MODEL.format(backend="scripted") in waiting
    assert texts.BROKEN_OFF in acts._views.turn(broken_off)
    assert whole.answer.text == TEXT[:26]


def test_deleting_the_open_conversation_begins_an_empty_one(acts):
    mine = asked(acts)

    shown = acts.do(Wanted.parsed({"act": "forget", "id": mine.id}), mine)

    assert shown.conversation.turns == []
    assert texts.NO_TALKS in shown.talks


def opened(acts: Acts, conversation: Conversation) -> Conversation:
    """The same in another tab."""
    return acts.do(Wanted.parsed({"act": "open", "id": conversation.id}), Conversation()).conversation


def kept_questions(acts: Acts, conversation: Conversation) -> list[str]:
    return [turn.question for turn in acts._kept.turns("", conversation.id)]


def test_two_tabs_on_one_conversation_lose_no_turn(acts):
    mine = asked(acts)
    other = opened(acts, mine)
    list(acts._views.ask("Two?", mine))

    acts.do(Wanted.parsed({"act": "judge", "place": 0, "verdict": "good"}), other)
    list(acts._views.ask("Three?", other))

    assert kept_questions(acts, mine) == ["When?", "Two?", "Three?"]
    assert acts._kept.turns("", mine.id)[0].verdict == "good"


def test_what_is_asked_again_takes_the_place_of_what_this_tab_knows(acts):
    mine = asked(acts)
    list(acts._views.ask("Two?", mine))
    other = opened(acts, mine)
    list(acts._views.ask("Three?", mine))

    list(acts._views.ask("Two, please?", other, instead_of=1))

    assert [turn.question for turn in other.turns] == ["When?", "Two, please?"]
    assert kept_questions(acts, mine) == ["When?", "Three?", "Two, please?"]


def test_a_judgement_does_not_fall_on_what_another_tab_put_in_its_place(acts):
    mine = asked(acts)
    other = opened(acts, mine)
    list(acts._views.ask("Why?", other, instead_of=0))

    acts.do(Wanted.parsed({"act": "judge", "place": 0, "verdict": "bad"}), mine)

    assert [(turn.question, turn.verdict) for turn in acts._kept.turns("", mine.id)] == [("Why?", "")]


def test_a_turn_that_could_not_be_kept_is_kept_with_the_next(acts):
    path = acts._kept._path
    path.write_text("no database " * 500)
    mine = asked(acts)
    path.unlink()

    list(acts._views.ask("Two?", mine))

    assert kept_questions(acts, mine) == ["When?", "Two?"]


def growing(acts: Acts, conversation: Conversation) -> Iterator[str]:
    """An answer that has begun."""
    asking = acts._views.ask("How long?", conversation)
    next(asking), next(asking)
    return asking


def test_a_conversation_deleted_during_its_answer_stays_deleted(acts):
    mine = asked(acts)
    asking = growing(acts, mine)

    acts.do(Wanted.parsed({"act": "forget", "id": mine.id}), mine)

    assert list(asking) == []
    assert acts._kept.listed("") == []


def test_a_conversation_deleted_in_another_tab_stays_deleted_and_the_turn_says_so(acts):
    mine = asked(acts)
    asking = growing(acts, mine)

    acts.do(Wanted.parsed({"act": "forget", "id": mine.id}), Conversation())
    (last,) = deque(asking, maxlen=1)

    assert acts._kept.listed("") == []
    assert "deleted" in last


def test_what_still_grows_in_a_conversation_that_was_left_is_kept_and_not_drawn_into_the_opened_one(acts):
    old, mine = asked(acts), Conversation()
    asking = growing(acts, mine)

    shown = acts.do(Wanted.parsed({"act": "open", "id": old.id}), mine)
    (turn,) = acts._kept.turns("", mine.id)

    assert shown.conversation.id == old.id
    assert list(asking) == []
    assert (turn.question, turn.state) == ("How long?", "stopped")
    assert turn.answer.text
    assert kept_questions(acts, mine) == ["How long?"]


def test_opening_the_conversation_that_is_open_leaves_its_answer_alone(acts):
    mine = asked(acts)
    asking = growing(acts, mine)

    shown = acts.do(Wanted.parsed({"act": "open", "id": mine.id}), mine)
    list(asking)

    assert shown.conversation is None
    assert [turn.state for turn in mine.turns] == ["answered", "answered"]


def test_a_judgement_while_an_answer_grows_writes_nothing_unfinished(acts):
    mine = asked(acts)
    asking = growing(acts, mine)

    acts.do(Wanted.parsed({"act": "judge", "place": 0, "verdict": "good"}), mine)

    assert kept_questions(acts, mine) == ["When?"]
    list(asking)
    assert kept_questions(acts, mine) == ["When?", "How long?"]


def test_a_thumb_and_a_comment_are_kept_and_a_second_press_takes_the_thumb_back(acts):
    mine = asked(acts)

    acts.do(Wanted.parsed({"act": "judge", "place": 0, "verdict": "bad"}), mine)
    acts.do(Wanted.parsed({"act": "comment", "place": 0, "comment": "Wrong ferry"}), mine)
    (turn,) = acts._kept.turns("", mine.id)
    acts.do(Wanted.parsed({"act": "judge", "place": 0, "verdict": "bad"}), mine)

    assert (turn.verdict, turn.comment) == ("bad", "Wrong ferry")
    assert acts._kept.turns("", mine.id)[0].verdict == ""


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "open",
        {},
        {"act": 3},
        {"act": "nosuch"},
        {"act": "judge", "place": "x"},
        {"act": "judge", "place": 99},
    ],
)
def test_what_makes_no_sense_changes_nothing(acts, data):
    mine = asked(acts)

    assert acts.do(Wanted.parsed(data), mine).conversation is None


def test_a_source_that_no_longer_says_it_is_marked(acts):
    cited = Turn("When?", answer())
    before = acts._views.turn(cited)

    moved = acts._views.turn(Turn("When?", answer(quote="The ferry leaves at eight.")))

    assert texts.SOURCE_CHANGED not in before
    assert texts.SOURCE_CHANGED in moved


def test_a_turn_that_cannot_be_kept_says_so_and_stays(acts):
    acts._kept._path.write_text("no database " * 500)

    conversation = asked(acts)

    assert conversation.turns[0].state == "answered"
    assert "conversations.sqlite" in acts._views.turn(conversation.turns[0])
