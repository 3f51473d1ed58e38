"""A process that is forked after an answer, as multiprocessing and preloading servers do, answers as well."""

from __future__ import annotations

import os
import shutil

import pytest

FORKING = """\
import os, sys
import rag

library = rag.Library.open({library!r})
assistant = rag.Assistant.open(library)
asked = assistant.answer("Who received Lavrov in Cairo?")
child = os.fork()
if child == 0:
    again = assistant.answer("Which summit is planned for 2026?")
    assert (again.is_answered, again.notice) == (True, ""), again
    with open({articles!r} + "/ferry.txt", "w") as article:
        article.write("The ferry to Norholm leaves at seven in the morning.")
    library.sync({articles!r})
    assert "seven" in assistant.answer("When does the ferry to Norholm leave?").text
    sys.exit(5)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
found = library.search("ferry to Norholm", 1)[0]
assert found.passage.source == "ferry.txt"
assert found.vector.rank == 1 and library.is_in_step
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_forked_after_an_answer_answers_and_ingests_and_ends(program, filled, tmp_path):
    place = shutil.copytree(filled, tmp_path / "copied")

    ended = program("-c", FORKING.format(library=str(place / "library"), articles=str(place / "articles")), timeout=60)

    assert (ended.returncode, ended.stderr) == (0, "")
