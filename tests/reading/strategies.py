"""Texts as they come: words, marks of structure and odd characters in any order."""

from __future__ import annotations

from hypothesis import strategies as st

_LINES = [
    "The minister met Mr. J. Smith of the U.S. on Nov. 8.", "Talks ended!", "“Why now?” he asked.", "wheat and bread",
    "3.14 and e.g. more", "MOSCOW — Talks\u00a0began", "…", "—", "a", "x" * 200, "word " * 60,
    "- an item", "-", "•", "1. first", "2)", "17.", "> quoted", "\tindented",
    "# Heading", "## ", "A Short Title", "---", "...", "===", "title: wheat",
    "| Place | Focus |", "|---|---|", "| Libya | Borders, unity |", "| | |", "|",
    "Special to Wheat.example", "Please log in to comment", "Share this on Facebook",
    "**bold** [link](x)", "```", "<b>tag</b>", "![picture](x)", "http://wheat.example/a?b=c",
]  # fmt: skip

lines = st.one_of(st.sampled_from(_LINES), st.text(max_size=30))
texts = st.builds(
    lambda parts: "".join(line + gap for line, gap in parts),
    st.lists(st.tuples(lines, st.sampled_from([" ", "\n", "\n\n", "\r\n", "\n \n", "\u2028", "\x0b"])), max_size=12),
)
