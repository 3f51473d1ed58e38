"""Settings come from the environment over `.env` over the defaults, and refuse what makes no sense."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.errors import SettingsError
from rag.core.settings import Settings, read_dotenv


def test_without_any_setting_everything_has_its_default():
    assert Settings.load() == Settings()
    assert Settings().library == Path(".library")
    assert Settings().articles == Path("seeds")
    assert Settings().llm == "extractive"


def test_every_setting_says_what_it_means():
    assert all(field.metadata["meaning"] for field in fields(Settings))


def test_the_environment_goes_over_the_file_and_the_file_over_the_default(tmp_path):
    file = tmp_path / ".env"
    file.write_text("RAG_HITS=5\nRAG_PORT=8000\nOPENAI_API_KEY=k")

    loaded = Settings.load({"RAG_HITS": "6", "HOME": "/root"}, file)

    assert (loaded.hits, loaded.port, loaded.host) == (6, 8000, "127.0.0.1")


def test_other_names_of_the_file_go_into_the_environment_unless_set_there(tmp_path, monkeypatch):
    Path(".env").write_text("OPENAI_API_KEY=from-file\nOTHER_API_KEY=from-file\nRAG_HITS=5")
    monkeypatch.setenv("OTHER_API_KEY", "from-shell")

    assert Settings.load().hits == 5

    assert os.environ["OPENAI_API_KEY"] == "from-file"
    assert os.environ["OTHER_API_KEY"] == "from-shell"
    assert "RAG_HITS" not in os.environ


def test_each_value_has_the_type_of_its_default():
    parsed = Settings.parse({"RAG_LIBRARY": "x/y", "RAG_LLM_TEMPERATURE": "0.5", "RAG_PORT": "0", "RAG_LLM": ""})

    assert (parsed.library, parsed.llm_temperature, parsed.port, parsed.llm) == (Path("x/y"), 0.5, 0, "extractive")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RAG_EMBEDER", "x", "Did you mean RAG_EMBEDDER?"),
        ("RAG_LIBARY", "x", "Did you mean RAG_LIBRARY?"),
        ("RAG_", "x", "Unknown setting 'RAG_'"),
        ("RAG_PORT", "eighty", "RAG_PORT is 'eighty', which is not a whole number."),
        ("RAG_PORT", "70000", "RAG_PORT is 70000, which is not between 0 and 65535."),
        ("RAG_LLM_TEMPERATURE", "warm", "RAG_LLM_TEMPERATURE is 'warm', which is not a number."),
        ("RAG_LLM_TEMPERATURE", "nan", "not between"),
        ("RAG_HITS", "0", "not between 1 and 100"),
        ("RAG_LIBRARY", "~nobody-here/x", "RAG_LIBRARY is '~nobody-here/x', which is in no home folder"),
        ("RAG_AUTH", "only-a-user", "user:password"),
        ("RAG_AUTH", ":", "user:password"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name, value, reason):
    with pytest.raises(SettingsError) as problem:
        Settings.parse({name: value})

    assert reason in str(problem.value)


def test_flags_go_over_settings_and_are_checked_as_well():
    settings = Settings(hits=5).with_values(hits=None, port=9000)

    assert (settings.hits, settings.port) == (5, 9000)
    with pytest.raises(SettingsError, match="RAG_PORT"):
        settings.with_values(port=-1)


def test_values_given_in_code_are_read_as_in_the_environment():
    settings = Settings(library="~/x", hits="5").with_values(articles="y", llm_temperature="0.5", llm_first_seconds=3)

    assert (settings.library, settings.articles) == (Path.home() / "x", Path("y"))
    assert (settings.hits, settings.llm_temperature, settings.llm_first_seconds) == (5, 0.5, 3.0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"hits": "five"}, "RAG_HITS is 'five', which is not a whole number."),
        ({"hits": 2.5}, "RAG_HITS is 2.5, which is not a whole number."),
        ({"hits": None}, "RAG_HITS is None, which is not a whole number."),
        ({"hits": 0}, "RAG_HITS is 0, which is not between 1 and 100."),
        ({"library": 5}, "RAG_LIBRARY is 5, which is not a path."),
        ({"llm": ["extractive"]}, "RAG_LLM is ['extractive'], which is not a text."),
        ({"unsupported": "dorp"}, "Did you mean drop?"),
    ],
    ids=str,
)
def test_a_value_given_in_code_that_makes_no_sense_is_refused(values, reason):
    with pytest.raises(SettingsError) as problem:
        Settings(**values)

    assert reason in str(problem.value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        (" export A = b ", "b"),
        ("A='b # c'", "b # c"),
        ('A="b"', "b"),
        ("A=b # why", "b"),
        ("A=b#c", "b#c"),
        ("A=#b", "#b"),
        ('A="b c" # why "so"', "b c"),
        ("A='b'\t# why", "b"),
        ('A="b"c"', 'b"c'),
        ("A= # why", ""),
        ("A=", ""),
        ("A=b=c", "b=c"),
    ],
)
def test_a_line_of_the_file_reads_as(tmp_path, line, value):
    (tmp_path / ".env").write_text(f"# comment\n\n{line}\n")

    assert read_dotenv(tmp_path / ".env") == {"A": value}


def test_the_mark_that_some_editors_put_first_is_no_part_of_a_name(tmp_path):
    (tmp_path / ".env").write_text("A=b\n", encoding="utf-8-sig")

    assert read_dotenv(tmp_path / ".env") == {"A": "b"}


def test_a_folder_may_be_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # as Windows names it

    assert Settings.parse({"RAG_LIBRARY": "~/x"}).library == tmp_path / "x"


def test_a_missing_file_sets_nothing(tmp_path):
    assert read_dotenv(tmp_path / ".env") == {}


@pytest.mark.parametrize("content", [b"no setting", b"=value", b"A=\xff"])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, content):
    (tmp_path / ".env").write_bytes(b"A=b\n" + content)

    with pytest.raises(SettingsError) as problem:
        read_dotenv(tmp_path / ".env")

    assert ".env" in problem.value.message


def test_the_line_that_is_no_setting_is_named(tmp_path):
    (tmp_path / ".env").write_text("A=b\nno setting")

    with pytest.raises(SettingsError, match="Line 2"):
        read_dotenv(tmp_path / ".env")


@given(st.dictionaries(st.sampled_from(["RAG_" + field.name.upper() for field in fields(Settings)]), st.text()))
def test_any_values_are_settings_or_refused(values):
    try:
        assert isinstance(Settings.parse(values), Settings)
    except SettingsError as problem:
        assert "RAG_" in problem.message
