"""The README says what the code does."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from rag.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_settings_table_holds_every_setting_with_its_default():
    rows = re.findall(r"^\|\s*`(RAG_\w+)`\s*\|\s*([^|]*?)\s*\|\s*[^|\s]", README, re.MULTILINE)

    said = {name: default.strip("`").rstrip("/") for name, default in rows}
    none = {name: "" for name, default in said.items() if default in ("–", "none", "empty")}
    assert said | none == {f"RAG_{field.name.upper()}": str(field.default) for field in fields(Settings)}


def snippets():
    found = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [pytest.param(code, id=code.strip().splitlines()[0]) for code in found]


def test_there_is_code_to_ask_from():
    assert any("rag.answer(" in snippet.values[0] for snippet in snippets())


@pytest.mark.parametrize("code", snippets())
def test_a_snippet_is_python(code):
    compile(code, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", README))
def test_a_link_into_the_checkout_leads_somewhere(target):
    assert (ROOT / target.partition("#")[0]).exists()
