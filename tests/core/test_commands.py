import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag.core.commands import command


def test_a_plain_folder_stands_as_it_is():
    assert command("python ingest.py FOLDER --library", Path("kept")) == "python ingest.py FOLDER --library kept"


@given(st.lists(st.text(min_size=1)))
def test_a_shell_reads_each_word_as_it_was(words):
    assert shlex.split(command("run", *words)) == ["run", *words]
