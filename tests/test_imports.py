"""Nothing heavy is loaded before it is needed."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import ROOT

HEAVY = "openvino torch sentence_transformers transformers chromadb gradio langchain langchain_core".split()
HEAVY += "trafilatura lxml pypdfium2 docx".split()
DATED = "from datetime import date; from rag.search.dates import date_range;"
LOADED = "import sys; print(*(name for name in sys.modules if '.' not in name))"


@pytest.mark.parametrize(
    ("code", "unloaded"),
    [
        ("import rag", [*HEAVY, "numpy", "tantivy", "yaml", "click"]),
        ("import rag; rag.Library; rag.Settings; rag.SyncReport", HEAVY),
        ("import rag; rag.Assistant; rag.answer", HEAVY),
        ("import rag.serving.cli", [*HEAVY, "numpy", "tantivy"]),
        ("import rag.serving.ingesting", HEAVY),
        (f"{DATED} date_range('What was said on 3 May 2024?', date.today())", [*HEAVY, "dateparser"]),
    ],
)
def test_an_import_loads_nothing_heavy(program, code, unloaded):
    ended = program("-c", f"{code}\n{LOADED}")

    assert ended.returncode == 0, ended.stderr
    assert set(ended.stdout.split()) & set(unloaded) == set()


def test_every_public_name_is_there_in_order(program):
    ended = program("-c", "import rag; print(*rag.__all__); print(*(getattr(rag, name).__name__ for name in dir(rag)))")

    names, found = (line.split() for line in ended.stdout.splitlines())
    assert names == sorted(names) == found


def test_a_name_that_is_not_public_is_not_there(program):
    ended = program("-c", "import rag; rag.Libary")

    assert "module 'rag' has no attribute 'Libary'" in ended.stderr


@pytest.mark.slow
def test_an_unchanged_ingest_loads_no_model_and_no_vector_index(program, filled, tmp_path):
    shutil.copytree(filled, tmp_path / "copy")

    ended = program("-X", "importtime", ROOT / "ingest.py", "copy/articles", "--library", "copy/library", cwd=tmp_path)

    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "4 unchanged" in ended.stdout
    assert "rag.library.sync" in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_in_the_terminal_loads_neither_torch_nor_the_vector_index(program, filled, tmp_path, command):
    shutil.copytree(filled, tmp_path / "copy")
    asked = ("-m", "rag", command, "Who is Sameh Shoukry?", "--library", tmp_path / "copy/library")
    program(*asked, cwd=ROOT, encoding="utf-8")  # the first question of all exports the model with torch

    ended = program("-X", "importtime", *asked, cwd=ROOT, encoding="utf-8")

    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "Shoukry" in ended.stdout
    assert "openvino" in loaded
    unwanted = {"torch", "sentence_transformers", "transformers", "chromadb", "langchain", "gradio"}
    assert loaded & (unwanted | {"openvino.tools.ovc.convert"}) == set()


def test_openvinos_converter_is_there_for_whoever_asks(program):
    ended = program(
        "-c", "import rag.library.runtime; from openvino import convert_model; print(convert_model.__name__)"
    )

    assert ended.stdout == "convert_model\n", ended.stderr
