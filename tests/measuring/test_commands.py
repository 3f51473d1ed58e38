"""`python -m rag measure`, from a folder of questions to the table, with the real model over a few short articles."""

from __future__ import annotations

import json
import re

import pytest

from rag.core.errors import ReadingError
from rag.measuring.configurations import CONFIGURATIONS
from rag.measuring.questions import load_questions
from rag.measuring.scoring import MEASURES
from rag.measuring.sets import load_set
from rag.serving.cli import commands, run

CORPUS = {
    "wheat": ("Prices", "The price of wheat rose by four percent in March, the miller of Alba said."),
    "bread": ("Prices", "Bakers in Alba sell bread at the old price and complain of the cost of flour."),
    "storm": ("Weather", "A storm broke the lighthouse on Tuesday; Captain Eva Lund was not hurt."),
    "ferry": ("Harbour", "The ferry to Norholm leaves at seven in the morning and takes two hours."),
    "mayor": ("", "Mayor Ida Holm opened the new bridge over the river Tarn, which cost nine million."),
}
QUESTIONS = [
    ("q1", "How much did the price of wheat rise?", "wheat", ["four percent", "four"], []),
    ("q2", "Who was not hurt when the lighthouse broke?", "storm", ["Captain Eva Lund", "Eva Lund"], []),
    ("q3", "When does the ferry to Norholm leave?", "ferry", ["at seven", "seven"], []),
    ("q4", "Who opened the new bridge?", "mayor", ["Ida Holm"], []),
    ("q5", "And how long does it take?", "ferry", ["two hours"], ["When does the ferry to Norholm leave?"]),
]
UNANSWERABLE = [("n1", "Who painted the ceiling of the Sistine Chapel?"), ("n2", "What is the capital of Mongolia?")]


@pytest.fixture
def measured(embedder, capsys):
    """Runs `measure` in this process: (exit code, stdout, stderr). The embedder is exported first."""

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            run(commands, ["measure", *map(str, args)])
        return ended.value.code, *capsys.readouterr()

    return command


def lines(file, rows):
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def as_evidence(folder):
    """The questions name their passages."""
    rows = [
        {"id": key, "question": text, "type": "answerable", "evidence": [of], "all_answers": answers,
         "history": [{"role": "user", "content": turn} for turn in turns]}
        for key, text, of, answers, turns in QUESTIONS
    ]  # fmt: skip
    rows += [{"id": key, "question": text, "type": "unanswerable", "evidence": ["wheat"]} for key, text in UNANSWERABLE]
    lines(folder / "queries.jsonl", rows)


def as_beir(folder):
    """The judgements lie in a file beside them; a judgement of nought is none."""
    lines(folder / "queries.jsonl", [{"_id": key, "text": text} for key, text, *_ in QUESTIONS])
    (folder / "qrels").mkdir()
    judged = [f"{key}\t{of}\t1" for key, _, of, *_ in QUESTIONS] + ["q1\tbread\t0"]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]))


def as_judged(folder):
    """Each passage is named with what it is to the question."""
    rows = [
        {"id": key, "question": text, "evidence": [{"doc_id": of, "type": "correct"}, {"doc_id": "x", "type": "noise"}]}
        for key, text, of, *_ in QUESTIONS
    ]
    lines(folder / "queries.jsonl", rows)


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    rows = [{"_id": key, "title": title, "text": text} for key, (title, text) in CORPUS.items()]
    lines(folder / "corpus.jsonl", rows)
    return folder


@pytest.mark.parametrize("write", [as_evidence, as_beir, as_judged])
def test_each_form_of_a_set_is_read_as_the_same_questions(town, write):
    write(town)

    found = load_set(town)

    assert {asked.id: dict(asked.relevant) for asked in found.questions} == {
        key: {of: 1} for key, _, of, *_ in QUESTIONS
    }
    halves = [set(asked.id for asked in found.of_part(part)) for part in ("choose", "report")]
    assert (halves[0] & halves[1], halves[0] | halves[1]) == (set(), {key for key, *_ in QUESTIONS})


def test_search_is_measured_on_every_configuration_with_intervals(measured, town, tmp_path):
    as_evidence(town)
    ways = [word for name in CONFIGURATIONS for word in ("--configuration", name)]

    code, out, err = measured(town, *ways, "--library", tmp_path / "kept", "--json")

    report = json.loads(out)
    assert (code, err, report["questions"], report["name"]) == (0, "", 5, "town")
    by_name = {each["configuration"]: each["scores"] for each in report["measured"]}
    assert list(by_name) == list(CONFIGURATIONS)
    for scores in by_name.values():
        assert list(scores) == list(MEASURES)
        assert all(0 <= cell["low"] <= cell["mean"] <= cell["high"] <= 1 for cell in scores.values())
    assert by_name["ours"]["hit@1"]["mean"] == 1.0

    code, out, err = measured(town, "--compare", "last-turn", "ours", "--library", tmp_path / "kept")

    assert (code, err) == (0, "")
    table = out.splitlines()
    assert table[0].startswith("town: 5 questions (all)")
    assert [line.split()[0] for line in table[2:4]] == ["last-turn", "ours"]
    assert "ours minus last-turn, question by question:" in table


def test_answers_and_refusals_are_measured(measured, town):
    as_evidence(town)

    code, out, err = measured(town, "--answers", "--compare", "extractive", "extractive", "--json")

    report = json.loads(out)
    assert (code, err, report["answerable"], report["unanswerable"]) == (0, "", 5, 2)
    once, again = report["measured"]
    assert once["scores"] == again["scores"]
    assert once["scores"]["first sentence"]["mean"] >= 0.8
    assert once["scores"]["whole answer"]["mean"] >= once["scores"]["first sentence"]["mean"]
    assert once["scores"]["refused rightly"]["mean"] == 1.0
    assert once["refusal_area"]["mean"] == 1.0
    assert report["comparison"]["differences"]["whole answer"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}


def test_a_backend_that_fails_is_no_measure_of_what_answers_in_its_place(measured, town, monkeypatch):
    as_evidence(town)
    monkeypatch.setenv("RAG_LLM_BASE_URL", "ollama=http://127.0.0.1:9")

    code, out, err = measured(town, "--answers", "--compare", "extractive", "ollama:llama3.2")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "'ollama:llama3.2' cannot be reached" in err


def test_ones_own_questions_are_measured_on_the_library_that_is_there(measured, filled, tmp_path):
    rows = [
        {"id": "1", "kind": "who", "question": "Who received Lavrov in Cairo?", "answers": [["Sisi"]],
         "sources": ["001_326692619fbb68b3.txt"]},
        {"id": "2", "kind": "none", "question": "Who won the 1998 football world cup?", "answers": [], "sources": []},
    ]  # fmt: skip
    lines(tmp_path / "mine.jsonl", rows)

    search = measured(tmp_path / "mine.jsonl", "--configuration", "words", "--library", filled / "library")
    answers = measured(tmp_path / "mine.jsonl", "--answers", "--library", filled / "library")

    assert (search[0], search[1].splitlines()[0]) == (0, "mine: 1 questions (all), means with 95% intervals")
    assert answers[0] == 0
    assert answers[1].startswith("mine: 1 answerable and 1 unanswerable questions (all), shares with 95% intervals\n")
    assert answers[1].splitlines()[2].startswith("extractive")
    assert answers[1].count("1.000 (1.000–1.000)") == 4  # right twice, refused rightly, told apart


def test_questions_about_articles_that_the_library_lacks_are_not_measured(measured, filled, tmp_path):
    asked = {
        "id": "7",
        "kind": "who",
        "question": "Who?",
        "answers": [["Sisi"]],
        "sources": ["001_326692619fbb68b.txt"],
    }
    lines(tmp_path / "mine.jsonl", [asked])

    code, out, err = measured(tmp_path / "mine.jsonl", "--library", filled / "library")

    assert (code, out) == (2, "")
    assert "has no article '001_326692619fbb68b.txt', which answers the question '7'." in err
    assert "Did you mean 001_326692619fbb68b3.txt?" in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--configuration", "word"], "There is no configuration 'word'; there are ours, "),
        (["--configuration", "word"], "Did you mean words?"),
        (["--answers", "--configuration", "opnai:x"], "Did you mean openai?"),
        (["--part", "half"], "'half' is not one of"),
    ],
)
def test_what_cannot_be_measured_is_one_line(measured, town, args, message):
    as_evidence(town)

    code, out, err = measured(town, *args)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be opened (No such file or directory)"),
        (b"\xff\xfe\n", "Line 1 of "),
        (b'\n\n{"id": "\xff"}\n', "Line 3 of "),
        (b"[]", "is not a JSON object"),
    ],
    ids=["missing", "no text", "no text further on", "no object"],
)
@pytest.mark.parametrize("has_corpus", [True, False], ids=["with a corpus", "of a library"])
def test_questions_that_cannot_be_read_are_one_sentence(town, content, reason, has_corpus):
    if not has_corpus:
        (town / "corpus.jsonl").unlink()
    if content is not None:
        (town / "queries.jsonl").write_bytes(content)

    with pytest.raises(ReadingError) as problem:
        load_set(town)

    assert reason in problem.value.message
    assert str(town / "queries.jsonl") in problem.value.message


def test_a_line_without_what_a_question_needs_is_one_sentence(tmp_path):
    lines(tmp_path / "mine.jsonl", [{"question": "Who?"}])

    with pytest.raises(ReadingError, match=r"^Line 1 of '.*mine\.jsonl' is not a question: it has no 'id'\.$"):
        load_set(tmp_path / "mine.jsonl")


def test_judgements_that_cannot_be_read_are_one_sentence(town):
    as_beir(town)
    (town / "qrels" / "test.tsv").write_bytes(b"q1\t\xff\t1\n")

    with pytest.raises(ReadingError, match=r"test\.tsv' cannot be read: "):
        load_set(town)


@pytest.mark.parametrize("more", [[], ["--answers"]], ids=["search", "answers"])
def test_a_set_without_questions_is_one_line(measured, tmp_path, more):
    (tmp_path / "mine.jsonl").write_text("")

    code, out, err = measured(tmp_path / "mine.jsonl", *more, "--json")

    assert (code, out) == (2, "")
    assert "mine.jsonl' holds no questions of the part 'all'." in err


def test_a_set_that_is_none_is_one_line(measured, town):
    lines(town / "queries.jsonl", [{"id": "1", "question": "Who?", "evidence": ["elsewhere"]}])

    code, out, err = measured(town)

    assert (code, out) == (2, "")
    assert err.startswith("error: No question of ")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([{"answers": ["Sisi"]}], '"answers" holds lists of texts, as in'),
        ([{"answers": [["Sisi"]], "id": 1}, {"answers": [["Sisi"]], "id": "1"}], "the id '1' is that of a line before"),
    ],
)
def test_questions_that_would_be_scored_otherwise_than_meant_are_refused(tmp_path, lines, told):
    whole = {"id": "a", "kind": "fact", "question": "Who?", "sources": []}
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(whole | line) + "\n" for line in lines))

    with pytest.raises(ReadingError, match=re.escape(told)):
        load_questions(path)


def test_an_id_may_be_a_number(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": 1, "kind": "fact", "question": "Who?", "answers": [["Sisi"]], "sources": []}\n')

    assert load_questions(path)[0].id == "1"
