"""The house keeps its order: who may import from whom, and which vendor lives in which file."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ["core", "reading", "library", "search", "answering", "measuring", "serving"]
FILES = sorted((ROOT / "rag").rglob("*.py"))
IN_ROOMS = [file for file in FILES if file.parent != ROOT / "rag"]

# Packages that belong together live in one file.
VENDORS = {
    "chromadb": {"chromadb"},
    "tantivy": {"tantivy"},
    "langchain and its providers": {"langchain"},
    "models": {"torch", "sentence_transformers", "transformers", "safetensors"},
    "openvino": {"openvino"},
    "tokenizers": {"tokenizers"},
    "platformdirs": {"platformdirs"},
    "datasketch": {"datasketch"},
    "filelock": {"filelock"},
    "yaml": {"yaml"},
    "charset_normalizer": {"charset_normalizer"},
    "watchfiles": {"watchfiles"},
    "tqdm": {"tqdm"},
    "web pages": {"trafilatura", "htmldate", "lxml"},
    "pypdfium2": {"pypdfium2"},
    "python-docx": {"docx"},
    "opentelemetry": {"opentelemetry"},
    "dateparser": {"dateparser"},
    "metrics": {"ir_measures", "scipy"},
}


def imports(file: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, within functions and for types only too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def vendors(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)} - sys.stdlib_module_names - {"rag"}


def families(file: Path) -> set[str]:
    """`langchain_openai` is of the family of `langchain`."""
    return {name.partition("_")[0] for name in vendors(file)}


def test_the_house_has_these_rooms():
    assert {file.relative_to(ROOT / "rag").parts[0] for file in IN_ROOMS} == set(ROOMS)


@pytest.mark.parametrize("file", IN_ROOMS, ids=named)
def test_a_file_imports_only_from_its_own_room_and_those_above(file):
    room = file.relative_to(ROOT / "rag").parts[0]
    above = set(ROOMS[: ROOMS.index(room) + 1])

    used = {name.split(".")[1] for name in imports(file) if name.startswith("rag.")}

    assert used & set(ROOMS) <= above


@pytest.mark.parametrize("file", [file for file in FILES if file.name != "__init__.py"], ids=named)
def test_nothing_inside_imports_the_public_names(file):
    used = {name for name in imports(file) if name.partition(".")[0] == "rag"}

    assert all(name.count(".") and name.split(".")[1] in ROOMS for name in used)


@pytest.mark.parametrize("file", [file for file in IN_ROOMS if "core" in file.parts], ids=named)
def test_the_core_knows_no_vendor(file):
    assert vendors(file) == set()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_imported_in_one_file(vendor):
    importing = [named(file) for file in FILES if {*vendors(file), *families(file)} & VENDORS[vendor]]

    assert len(importing) == 1, importing


@pytest.mark.parametrize("vendor", ["gradio", "fastapi", "starlette", "click", "tqdm"])
def test_the_screen_and_the_terminal_are_known_in_serving_only(vendor):
    assert {file.relative_to(ROOT / "rag").parts[0] for file in FILES if vendor in vendors(file)} <= {"serving"}


def test_markdown_is_parsed_in_one_file_of_each_room_that_needs_it():
    importing = [file for file in FILES if "markdown_it" in vendors(file)]

    assert len({file.parent for file in importing}) == len(importing)


@pytest.mark.parametrize("file", sorted((ROOT / "benchmarks").glob("*.py")), ids=named)
def test_what_a_benchmark_takes_from_the_rooms_is_there(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "rag":
            module = importlib.import_module(node.module)
            missing = {alias.name for alias in node.names if not hasattr(module, alias.name)}
            submodules = {name for name in missing if importlib.util.find_spec(f"{node.module}.{name}")}

            assert missing == submodules
