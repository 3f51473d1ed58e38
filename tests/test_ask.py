"""The terminal: what `python -m rag` prints, and how it ends when something is wrong."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from rag.answering.prompts import NOT_FOUND
from rag.serving.cli import commands, run
from tests.servers import scripted_server

KNOWN = "Who received Lavrov in Cairo?"
UNKNOWN = "Who won the 1998 football world cup?"


@pytest.fixture
def rag(filled, monkeypatch, capsys):
    """Runs a command in this process, over the library of the seeds: (exit code, stdout, stderr)."""
    monkeypatch.setenv("RAG_LIBRARY", str(filled / "library"))

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            run(commands, list(map(str, args)))
        return ended.value.code, *capsys.readouterr()

    return command


def test_a_fresh_process_answers_with_its_sources(program, filled):
    ended = program("-m", "rag", "ask", KNOWN, "--library", filled / "library")

    assert (ended.returncode, ended.stderr) == (0, "")
    text, blank, *sources = ended.stdout.rstrip("\n").split("\n")
    assert " [1]" in text
    assert blank == ""
    assert sources
    assert all(re.match(r"\[\d\] .+ – 00\d_\w+\.txt: “.+”$", source) for source in sources)


def test_json_is_the_answer_as_a_dict(rag):
    code, out, err = rag("ask", KNOWN, "--json")

    reply = json.loads(out)
    assert (code, err) == (0, "")
    assert (reply["question"], reply["status"], reply["backend"]) == (KNOWN, "answered", "extractive")
    assert reply["text"].endswith("]")
    assert {"number", "source", "title", "date", "url", "quote", "start", "end"} <= reply["citations"][0].keys()


def test_a_short_answer_stands_first_and_no_markup_is_printed(rag):
    code, out, err = rag("ask", "When exactly is the ministerial gathering that Egypt is hosting?")

    assert (code, err) == (0, "")
    assert out.startswith("19 and 20 December – ")


def test_what_is_not_in_the_articles_is_no_error(rag):
    code, out, err = rag("ask", UNKNOWN)

    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [NOT_FOUND, "", "Nearest articles:"]


def test_search_shows_passages_with_their_scores_best_first(rag):
    code, out, err = rag("search", "strategic talks with Egypt", "-k", 3)

    lines = out.splitlines()
    assert (code, err, len(lines)) == (0, "", 6)
    scores = [float(re.match(r"(\d\.\d+)  meaning -?\d\.\d+  words \d+\.\d+  00\d_", line)[1]) for line in lines[::2]]
    assert scores == sorted(scores, reverse=True)


def test_search_explained_says_of_each_passage_why_it_was_found(rag):
    code, out, err = rag("search", 'Who said "nuclear plant" in Cairo?', "-k", 4, "--explain")

    lines = out.splitlines()
    assert (code, err, len(lines) % 3) == (0, "", 0)
    for rank, (hit, words, why) in enumerate(zip(lines[::3], lines[1::3], lines[2::3], strict=True), start=1):
        told = re.fullmatch(
            r" +why: rank (\d+) with (\d\.\d+); meaning (?:rank \d+|not listed) \((-?\d\.\d+)\); "
            r"words (?:rank \d+|not listed) \((\d+\.\d+)\); closeness .+; word by word (\d\.\d+); "
            r"holds (.+)",
            why,
        )
        score, meaning, found = re.match(r"(\d\.\d+)  meaning (-?\d\.\d+)  words (\d+\.\d+)  ", hit).groups()
        assert told.groups()[:4] == (str(rank), score, meaning, found)
        assert "nuclear plant" in words.lower()
        assert {"nuclear", "plant"} <= set(told[6].split(", "))


def test_search_reads_a_word_with_a_typing_error_as_the_articles_write_it(rag):
    code, out, _ = rag("search", "nuclaer plant", "-k", 1)

    assert code == 0
    assert out.splitlines()[0] == "Read “nuclaer” as “Nuclear”; in quotation marks it is looked for as typed."
    assert "nuclear plant" in out


def test_search_within_dates_and_a_source_finds_nothing_else(rag):
    code, out, _ = rag("search", "Egypt", "--since", "2025-12-22", "--source", "001_326692619fbb68b3.txt", "--json")

    hits = json.loads(out)
    assert code == 0
    assert {hit["passage"]["source"] for hit in hits} <= {"001_326692619fbb68b3.txt"}
    assert rag("search", "Egypt", "--since", "soon")[0] == 2


def test_search_as_json_holds_the_passages(rag, seeds_library):
    code, out, _ = rag("search", "strategic talks with Egypt", "-k", 2, "--json")

    hits = json.loads(out)
    assert (code, len(hits)) == (0, 2)
    for hit in hits:
        passage = hit["passage"]
        text = seeds_library.article(passage["source"]).text
        assert text[passage["start"] : passage["end"]] == passage["text"]
        assert {"rank", "score"} == hit["vector"].keys() == hit["words"].keys()


@pytest.mark.parametrize(
    ("narrowed", "said"),
    [
        (["--since", "2026", "--until", "2024"], "Nothing was found."),
        (["--source", "001_326692619fbb68b3.tx"], "Did you mean 001_326692619fbb68b3.txt?"),
        (["--source", "elsewhere/"], "The library has no article, file or folder 'elsewhere'."),
    ],
    ids=["no days", "misspelt", "unknown"],
)
def test_a_search_that_finds_nothing_says_so(rag, narrowed, said):
    code, out, err = rag("search", "Egypt", *narrowed)

    assert (code, out, err.count("\n")) == (0, "", 1)
    assert err.startswith("Nothing was found.")
    assert said in err
    assert rag("search", "Egypt", *narrowed, "--json") == (0, "[]\n", err)


def test_a_source_may_be_named_as_from_the_folder_it_lies_in(rag):
    name = "001_326692619fbb68b3.txt"

    assert rag("search", "Egypt", "--source", f"./{name}") == rag("search", "Egypt", "--source", name)


def test_the_doctor_finds_a_good_library_in_order(rag):
    code, out, err = rag("doctor")

    assert (code, err) == (0, "")
    assert {line[:4] for line in out.splitlines()} == {"ok  "}


def test_the_doctor_marks_what_may_do_and_may_not(rag, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "scripted")
    with scripted_server() as fresh:
        server = fresh()
        server.says("Twice a month.", models=("tiny",))
        monkeypatch.setenv("RAG_LLM_BASE_URL", server.url)

        code, out, err = rag("doctor", "--llm", "openai:unlisted")

    assert (code, err) == (0, "")
    assert [line[:14] for line in out.splitlines() if not line.startswith("ok")] == ["NOTE  backend:"]


def test_the_doctor_names_what_to_mend(rag, tmp_path):
    code, out, _ = rag("doctor", "--library", tmp_path / "none", "--llm", "opnai:tiny", "--json")

    findings = {finding["about"]: finding for finding in json.loads(out)}
    assert code == 1
    assert not findings["library"]["is_fine"]
    assert "python ingest.py" in findings["library"]["hint"]
    assert findings["backend"]["hint"] == "Did you mean openai?"


def test_the_doctor_repairs_what_it_can_and_says_what_it_did(rag, filled, tmp_path):
    shutil.copytree(filled, tmp_path / "place")
    library = tmp_path / "place" / "library"
    shutil.rmtree(library / "words")

    found, looked, _ = rag("doctor", "--library", library)
    mended, done, err = rag("doctor", "--library", library, "--repair", "--json")

    assert found == 1
    assert "MEND  word index: It is missing" in looked
    assert (mended, err) == (0, "")
    assert json.loads(done)[0]["message"].startswith("The word index was made anew from the catalogue")
    assert rag("doctor", "--library", library)[0] == 0


def test_the_doctor_leaves_what_only_an_ingest_can_mend(rag, filled, tmp_path):
    shutil.copytree(filled, tmp_path / "place")
    (tmp_path / "place" / "articles" / "new.txt").write_text("Ships came into the harbour.")

    code, out, _ = rag("doctor", "--library", tmp_path / "place" / "library", "--repair")

    assert code == 1
    assert "1 new (new.txt)" in out
    assert "Run: python ingest.py" in out


@pytest.mark.parametrize(
    ("args", "env", "message"),
    [
        pytest.param(["ask", KNOWN, "--library", "none"], {}, "Run: python ingest.py FOLDER", id="no library"),
        pytest.param(["search", KNOWN, "--library", "none"], {}, "Run: python ingest.py FOLDER", id="none to search"),
        pytest.param(["ask", KNOWN, "--llm", "opnai:tiny"], {}, "Did you mean openai?", id="unknown backend"),
        pytest.param(["ask", KNOWN, "--llm", "openai:gpt-5"], {}, "OPENAI_API_KEY is not set", id="missing key"),
        pytest.param(["ask", ""], {}, "The question is empty.", id="empty question"),
        pytest.param(["ask", " \n "], {}, "The question is empty.", id="blank question"),
        pytest.param(["ask", "Who? \udcff"], {}, "The question holds characters that are no text.", id="broken bytes"),
        pytest.param(["ask", "x" * 100_000], {}, "The question has 100,000 characters", id="endless question"),
        pytest.param(["search", "x" * 100_000], {}, "The question has 100,000 characters", id="endless search"),
        pytest.param(["ask", KNOWN], {"RAG_EMBEDER": "x"}, "Did you mean RAG_EMBEDDER?", id="misspelt setting"),
        pytest.param(["ask", KNOWN], {"RAG_HITS": "many"}, "not a whole number", id="wrong value"),
        pytest.param(["ask", KNOWN], {"RAG_EMBEDDER": "other"}, "Set RAG_EMBEDDER=all-MiniLM", id="other embedder"),
        pytest.param(["ask"], {}, "Missing argument 'QUESTION'", id="no question"),
        pytest.param(["ask", KNOWN, "--lm", "x"], {}, "--llm", id="misspelt option"),
        pytest.param(["aks", KNOWN], {}, "No such command 'aks'", id="misspelt command"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(rag, monkeypatch, args, env, message):
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    code, out, err = rag(*args)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error: ")
    assert message in err
    assert len(err) < 400


def test_a_model_that_refuses_leaves_the_articles_words_and_one_line_without_the_key(rag, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "pk-live-0123456789abcdef")
    with scripted_server() as fresh:
        server = fresh()
        server.misbehaves(status=401)
        monkeypatch.setenv("RAG_LLM_BASE_URL", server.url)

        code, out, err = rag("ask", KNOWN, "--llm", "openai:tiny")
        monkeypatch.setenv("RAG_LLM_FALLBACK", "none")
        alone = rag("ask", KNOWN, "--llm", "openai:tiny")

    failure = "The backend 'openai:tiny' refused the key. Check the key in the environment or in .env."
    assert (code, err) == (0, "")
    assert "[1]" in out
    assert out.endswith(f"\n\n{failure} The articles are quoted instead.\n")
    assert alone == (2, "", f"error: {failure}\n")


def test_a_process_that_fails_leaves_one_line_and_no_traceback(program, filled):
    ended = program("-m", "rag", "ask", "x" * 100_000, "--library", filled / "library")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("error: The question has 100,000 characters")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_an_output_that_takes_no_more_is_one_line(program, filled):
    with Path("/dev/full").open("w") as full:
        ended = program("-m", "rag", "search", "Egypt", "--library", filled / "library", stdout=full)

    assert (ended.returncode, ended.stderr) == (2, "error: The disk that is written to is full. Make room on it.\n")


def test_an_output_that_nobody_reads_to_its_end_is_no_failure(program, filled):
    reading, writing = os.pipe()
    os.close(reading)

    ended = program("-m", "rag", "search", "Egypt", "--library", filled / "library", stdout=writing)

    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_letters_that_the_terminal_does_not_have_are_escaped(program, filled):
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    command = ("-m", "rag", "ask", KNOWN, "--library", filled / "library")

    shown = program(*command, env=latin)
    as_json = program(*command, "--json", env=latin)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert r": \u201c" in shown.stdout
    assert json.loads(as_json.stdout)["question"] == KNOWN


def test_a_setting_in_the_env_file_is_read_where_the_command_is_run(program, tmp_path):
    (tmp_path / ".env").write_text("RAG_LBRARY=elsewhere\n")

    ended = program("-m", "rag", "doctor", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: Unknown setting 'RAG_LBRARY'. Did you mean RAG_LIBRARY?\n"


def test_a_process_that_ends_while_models_are_loaded_ends_well(program, filled):
    for _ in range(3):
        ended = program("-c", "import sys, rag; rag.Assistant.open(library=sys.argv[1])._open()", filled / "library")
        assert (ended.returncode, ended.stderr) == (0, "")
