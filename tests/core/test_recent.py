"""What was worked out lately: the same answer again at once, and never one that the articles no longer give."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from rag.answering.assistant import Assistant
from rag.core.recent import Recent

SHIPS = "Nine ships came into the harbour of Marsa on Monday. They had waited for eleven days."
ASKED = "How many ships came into the harbour of Marsa?"


def filled(library, folder):
    opened = library()
    opened.sync(folder({"ships.txt": SHIPS}))
    return Assistant.open(opened)


def test_a_question_asked_again_has_the_same_answer_without_being_worked_out(library, folder):
    assistant = filled(library, folder)

    first, second = assistant.answer(ASKED), assistant.answer(ASKED)

    assert replace(second, timings={}) == replace(first, timings={})
    assert "Nine ships" in first.text
    assert list(second.timings) == ["remembered"]
    assert "remembered" not in first.timings


def test_an_article_that_changed_is_asked_anew(library, folder):
    assistant = filled(library, folder)
    assistant.answer(ASKED)

    assistant.library.sync(folder({"ships.txt": SHIPS.replace("Nine", "Fourteen")}))

    assert "Fourteen ships" in assistant.answer(ASKED).text


@contextmanager
def another_ingest(place, folder):
    """A process of its own that has catalogued the folder's articles, and brings the indexes up when it may go on."""
    script = (
        "import sys; from rag import Library, Settings; from tests.doubles import WordEmbedder\n"
        "def wait(progress): print('catalogued', flush=True); sys.stdin.read()\n"
        "Library.open(sys.argv[1], Settings(), opener=WordEmbedder).sync(sys.argv[2], on_progress=wait)"
    )
    command = [sys.executable, "-c", script, str(place), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "catalogued\n"
            yield process
        finally:
            process.kill()


def test_what_an_ingest_in_another_process_hides_for_a_moment_is_said_and_not_remembered(library, folder):
    assistant = filled(library, folder)
    assistant.answer(ASKED)
    changed = folder({"ships.txt": SHIPS.replace("Nine", "Fourteen")})

    with another_ingest(assistant.library.folder, changed) as ingest:
        meanwhile = [assistant.answer(ASKED), assistant.answer(ASKED)]
        ingest.communicate("go on")
    afterwards = assistant.answer(ASKED)

    assert ["remembered" in reply.timings for reply in meanwhile] == [False, False]
    assert all("The library has changed" in reply.notice for reply in meanwhile)
    assert "Fourteen ships" in afterwards.text
    assert afterwards.notice == ""


def test_a_question_that_stands_alone_is_the_same_after_any_history(library, folder):
    assistant = filled(library, folder)
    first = assistant.answer(ASKED)

    second = assistant.answer(ASKED, [{"role": "user", "content": "What happened on Monday?"}])

    assert replace(second, timings={}) == replace(first, timings={})
    assert "remembered" in second.timings


def test_a_follow_up_to_something_else_or_another_filter_is_another_question(library, folder):
    assistant = filled(library, folder)
    assistant.answer(ASKED)
    assistant.answer("And how long had they waited?", [{"role": "user", "content": ASKED}])

    answers = [
        assistant.answer("And how long had they waited?", [{"role": "user", "content": "Who rules Marsa?"}]),
        assistant.answer(ASKED, ignore_dates=True),
        assistant.answer(ASKED, sources=["ships.txt"]),
    ]

    assert ["remembered" in answer.timings for answer in answers] == [False, False, False]


def test_a_question_asked_by_many_at_once_is_worked_out_once(library, folder):
    assistant = filled(library, folder)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: assistant.answer(ASKED), range(12)))

    assert len({replace(answer, timings={}).text for answer in answers}) == 1
    assert ["search" in answer.timings for answer in answers].count(True) == 1


def test_the_key_that_was_used_longest_ago_is_forgotten_first():
    recent = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")
    recent.put("c", 3)

    assert [recent.get(key) for key in "abc"] == [1, None, 3]
