"""How an answer came about, folded away under it."""

from __future__ import annotations

from rag.core.types import Answer, Usage
from rag.serving import texts
from rag.serving.rendering import element, escaped


def details_html(answer: Answer) -> str:
    """How the answer came about: the backend, the seconds of each stage and what the model took, folded."""
    rows = [(texts.BACKEND_LABEL, answer.backend)]
    rows += [(texts.STAGES.get(stage, stage), texts.seconds(value)) for stage, value in answer.timings.items()]
    rows += _taken(answer.usage) if answer.usage else []
    cells = "".join(element("dt", escaped(name)) + element("dd", escaped(value)) for name, value in rows)
    summary = element("summary", escaped(texts.TOOK.format(seconds=texts.seconds(sum(answer.timings.values())))))
    return element("details", summary + element("dl", cells), class_="how")


def _taken(usage: Usage) -> list[tuple[str, str]]:
    """What the model took, as far as its provider says."""
    known = (
        (texts.TOKENS_IN, usage.tokens_in, "{:,}"),
        (texts.TOKENS_OUT, usage.tokens_out, "{:,}"),
        (texts.FIRST_PIECE, usage.seconds_to_first, "{:.2f}"),
        (texts.PIECES_A_SECOND, usage.pieces_per_second, "{:.0f}"),
        (texts.COST, usage.cost, "{:.4f}"),
    )
    return [(name, form.format(value)) for name, value, form in known if value is not None]
