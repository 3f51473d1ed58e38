"""A conversation → a file to keep: Markdown, HTML or JSON with footnotes; judged answers → an evaluation set."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rag.core.types import Citation, describe, doubted
from rag.serving import texts
from rag.serving.rendering import element, escaped, outside_link
from rag.serving.saying import apart, quotes
from rag.serving.turns import Turn, history, notes

FORMATS: Mapping[str, str] = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_STYLE = "body{font:1rem/1.6 Georgia,serif;max-width:42rem;margin:3rem auto;padding:0 1rem}li{margin:.4rem 0}"


def exported(title: str, turns: Sequence[Turn], kind: str) -> str:
    """The whole conversation in one of FORMATS."""
    made = {"md": _markdown, "html": _html, "json": _json}[kind]
    return made(title, turns)


def _json(title: str, turns: Sequence[Turn]) -> str:
    listed = [
        {
            "question": turn.question,
            "answer": turn.answer.to_dict() if turn.answer else None,
            "problem": str(turn.problem) if turn.problem else "",
            "verdict": turn.verdict,
            "comment": turn.comment,
        }
        for turn in turns
    ]
    return json.dumps({"title": title, "turns": listed}, ensure_ascii=False, indent=2)


def _markdown(title: str, turns: Sequence[Turn]) -> str:
    """Footnotes are numbered through the whole file, so that no two are the same."""
    lines, footnotes = [f"# {_one_line(title)}"], []
    for place, turn in enumerate(turns, start=1):
        lines.append(f"## {_one_line(turn.question)}")
        lines.append(
            _words(turn, lambda number, place=place: f"[^{place}-{number}]", _plain_markdown, _literal_markdown)
        )
        lines += map(_literal_markdown, _asides(turn))
        footnotes += [f"[^{place}-{each.number}]: {_literal_markdown(_note(each))}" for each in _citations(turn)]
    return "\n\n".join([*lines, *footnotes]) + "\n"


def _html(title: str, turns: Sequence[Turn]) -> str:
    made = [element("h1", escaped(title), dir="auto")]
    for place, turn in enumerate(turns, start=1):
        made.append(element("h2", escaped(turn.question), dir="auto"))
        words = _words(
            turn,
            lambda number, place=place: element("sup", element("a", f"{number}", href=f"#n{place}-{number}")),
            _html_words,
            escaped,
        )
        made += [element("p", part.replace("\n", "<br>"), dir="auto") for part in words.split("\n\n")]
        made += [element("p", element("small", escaped(aside)), dir="auto") for aside in _asides(turn)]
        footnotes = [
            element(
                "li", escaped(_note(each)) + outside_link(each.url, f" {texts.ORIGINAL}"), id=f"n{place}-{each.number}"
            )
            for each in _citations(turn)
        ]
        made.append(element("ol", "".join(footnotes)) if footnotes else "")
    head = f'<meta charset="utf-8"><title>{escaped(title)}</title><style>{_STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join(made)}</body></html>\n"


def _words(turn: Turn, footnote: Any, plain: Any, literal: Any) -> str:
    """The answer's words made safe for the format, each known marker as a footnote; quoted words are `literal`."""
    if turn.problem or not turn.answer:
        return str(literal(str(turn.problem) if turn.problem else texts.STOPPED_BEFORE))
    text = turn.answer.text
    known = {str(each.number) for each in turn.answer.citations}
    made = []
    for piece, is_quote in apart(text, 0, len(text), list(quotes(turn.answer))):
        place = 0
        for match in () if is_quote else _NUMBER.finditer(piece):
            made.append(plain(piece[place : match.start()]))
            made.append(footnote(match[1]) if match[1] in known else plain(match.group()))
            place = match.end()
        made.append((literal if is_quote else plain)(piece[place:]))
    return "".join(made)


def _asides(turn: Turn) -> list[str]:
    """What the page shows with an answer: the sentences in doubt, what is to be known of it."""
    return [*doubted(turn.answer), *notes(turn)] if turn.answer and not turn.problem else []


def _citations(turn: Turn) -> tuple[Citation, ...]:
    return turn.answer.citations if turn.answer and not turn.problem else ()


def _note(citation: Citation) -> str:
    return describe(citation).partition("] ")[2]


def _one_line(text: str) -> str:
    return _literal_markdown(" ".join(text.split()))


def _html_words(text: str) -> str:
    """Escaped, with what stands between two pairs of stars in bold as on the page."""
    return _BOLD.sub(r"<strong>\1</strong>", escaped(text))


def _plain_markdown(text: str) -> str:
    """Nothing in it is HTML or a link to a Markdown reader."""
    return re.sub(r"([\\<>\[\]`&])", r"\\\1", text)


def _literal_markdown(text: str) -> str:
    """Nor is anything in it bold."""
    return _plain_markdown(text).replace("*", r"\*")


def evaluation_set(judged: Sequence[tuple[str, int, Sequence[Turn]]]) -> str:
    """Judged answers in the form of `rag.measuring.questions`: liked ones are right, disliked ones are to be mended.

    A liked answer must be found again by the words it quoted; a disliked one keeps what it was and its comment.
    """
    lines = []
    for conversation, place, turns in judged:
        *earlier, turn = turns
        answer = turn.answer
        citations = answer.citations if answer else ()
        row = {
            "id": f"{conversation}-{place}",
            "kind": f"judged {turn.verdict}",
            "question": turn.question,
            "history": history(earlier),
            "answers": [[citation.quote] for citation in citations],
            "sources": list(dict.fromkeys(citation.source for citation in citations)),
            "comment": turn.comment,
        }
        lines.append(json.dumps(row, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)
