"""Markers of a model's stream: the same text however it is cut, and no number without its citation."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.citing import MarkerStream, last_sentence
from rag.core.types import Citation

# What the model wrote → (what the reader sees, the passages cited in the order of their new numbers).
# There are passages 1, 2, 3 and 12.
REPLIES = {
    "none": ("Twice a day.", ("Twice a day.", [])),
    "one": ("Twice a day [1].", ("Twice a day [1].", [1])),
    "glued": ("Twice a day[1].", ("Twice a day [1].", [1])),
    "after the stop": ("Twice a day.[1]", ("Twice a day. [1]", [1])),
    "after the stop and a space": ("Twice a day. [1] Always.", ("Twice a day. [1] Always.", [1])),
    "at the start": ("[1] Twice a day.", (" [1] Twice a day.", [1])),
    "renumbered by first use": ("Ebb [3]. Flow [1]. Ebb [3].", ("Ebb [1]. Flow [2]. Ebb [1].", [3, 1])),
    "list": ("Tides [1, 2].", ("Tides [1] [2].", [1, 2])),
    "list with semicolon": ("Tides [1;2].", ("Tides [1] [2].", [1, 2])),
    "list in words": ("Tides [1 and 2].", ("Tides [1] [2].", [1, 2])),
    "neighbours": ("Tides [1][2].", ("Tides [1] [2].", [1, 2])),
    "neighbours with a space": ("Tides [1] [2].", ("Tides [1] [2].", [1, 2])),
    "range": ("Tides [1-3].", ("Tides [1] [2] [3].", [1, 2, 3])),
    "range with a dash": ("Tides [1–3].", ("Tides [1] [2] [3].", [1, 2, 3])),
    "range backwards": ("Tides [3-1].", ("Tides [1] [2].", [3, 1])),
    "range without end": ("Tides [1-999].", ("Tides [1].", [1])),
    "list with a range": ("Tides [12, 1-2].", ("Tides [1] [2] [3].", [12, 1, 2])),
    "long list": (
        "Tides [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].",
        ("Tides [1] [2] [3] [4].", [1, 2, 3, 12]),
    ),
    "spaces inside": ("Tides [ 1 , 2 ].", ("Tides [1] [2].", [1, 2])),
    "wide brackets": ("Tides【1】.", ("Tides [1].", [1])),
    "wide brackets with a list": ("Tides 【2, 1】.", ("Tides [1] [2].", [2, 1])),
    "two digits": ("Tides [12].", ("Tides [1].", [12])),
    "the same twice": ("Tides [2][2].", ("Tides [1].", [2])),
    "the same apart": ("Ebb [2] and flow [2].", ("Ebb [1] and flow [1].", [2])),
    "with the word passage": ("Tides [passage 2].", ("Tides [1].", [2])),
    "with the word passages": ("Tides [Passages 1 and 2].", ("Tides [1] [2].", [1, 2])),
    "invented": ("Tides [9].", ("Tides.", [])),
    "invented zero": ("Tides [0].", ("Tides.", [])),
    "invented among real": ("Tides [9, 1].", ("Tides [1].", [1])),
    "invented beside real": ("Tides [9][2] [7].", ("Tides [1].", [2])),
    "invented in the middle": ("Ebb [9] and flow [1].", ("Ebb and flow [1].", [1])),
    "half at the end": ("Tides [1", ("Tides", [])),
    "half of a list at the end": ("Tides [1] [2, ", ("Tides [1]", [1])),
    "bracket at the end": ("Tides [", ("Tides", [])),
    "array": ("The value a[i] rises [1].", ("The value a[i] rises [1].", [1])),
    "sic": ("The tyde [sic] rose.", ("The tyde [sic] rose.", [])),
    "words in brackets": ("It rose [citation needed].", ("It rose [citation needed].", [])),
    "and in brackets": ("It rose [and fell].", ("It rose [and fell].", [])),
    "link": ("Tides [1](http://x).", ("Tides [1](http://x).", [1])),
    "named link": ("[Tides](http://x) rise [1].", ("[Tides](http://x) rise [1].", [1])),
    "years": ("Ministers [2013–2026] met [1].", ("Ministers [2013–2026] met [1].", [1])),
    "year": ("It was [2013] then.", ("It was [2013] then.", [])),
    "round brackets": ("Tides (1) rise.", ("Tides (1) rise.", [])),
    "lines": ("Ebb [1].\n\nFlow [2].\n", ("Ebb [1].\n\nFlow [2].", [1, 2])),
    "full-width brackets and digits": ("Tides［１］.", ("Tides [1].", [1])),
    "shell brackets": ("Tides〔2〕.", ("Tides [1].", [2])),
    "raised": ("Tides¹ and winds².", ("Tides [1] and winds [2].", [1, 2])),
    "raised after the stop": ("Tides rise.³ Always.", ("Tides rise. [1] Always.", [3])),
    "raised with two digits": ("Tides¹².", ("Tides [1].", [12])),
    "raised and invented": ("Tides⁹ rise.", ("Tides rise.", [])),
    "raised units": ("It has 5 km² and 10³ m.", ("It has 5 km² and 10³ m.", [])),
    "raised at the end": ("Tides rise²", ("Tides rise [1]", [2])),
    "with an aim": ("Tides【2†source】.", ("Tides [1].", [2])),
    "with a long aim": ("Tides【2:0†tides.txt】 rise.", ("Tides [1] rise.", [2])),
    "footnote": ("Tides [^2].", ("Tides [1].", [2])),
    "hash": ("Tides [#2].", ("Tides [1].", [2])),
    "with the word source": ("Tides [Source 2].", ("Tides [1].", [2])),
    "with the word doc": ("Tides [doc 3] rise.", ("Tides [1] rise.", [3])),
    "with the word article twice": ("Tides [article 1, article 2].", ("Tides [1] [2].", [1, 2])),
    "list with an ampersand": ("Tides [1 & 2].", ("Tides [1] [2].", [1, 2])),
    "list with a stroke": ("Tides [1/2].", ("Tides [1] [2].", [1, 2])),
    "range in words": ("Tides [1 to 3].", ("Tides [1] [2] [3].", [1, 2, 3])),
    "range with a long dash": ("Tides [1—3].", ("Tides [1] [2] [3].", [1, 2, 3])),
    "in code": ("Tides `[1]` rise.", ("Tides [1] rise.", [1])),
    "in code and invented": ("Tides `[9]` rise.", ("Tides rise.", [])),
    "code": ("Call `rise(tide)` now [1].", ("Call `rise(tide)` now [1].", [1])),
    "zero-width inside": ("Tides [\u200b1\u200b].", ("Tides [1].", [1])),
    "turned round": ("Tides \u202e[1]\u202c rise.", ("Tides [1] rise.", [1])),
    "other line ends": ("Ebb [1].\r\nFlow [2].", ("Ebb [1].\nFlow [2].", [1, 2])),
    "tags": ("<b>Tides</b> <script>x[9]</script> [1].", ("<b>Tides</b> <script>x</script> [1].", [1])),
    "picture": ("![t](http://x/[1]) rise.", ("![t](http://x/ [1]) rise.", [1])),
    "nested": ("Tides [[1]].", ("Tides [1].", [1])),
    "long number": ("Tides [1234].", ("Tides [1234].", [])),
    "half with a word at the end": ("Tides [source", ("Tides", [])),
    "half with an aim at the end": ("Tides【2†sou", ("Tides", [])),
    "half in code at the end": ("Tides `[1", ("Tides", [])),
    "space at the end": ("Tides [1].  ", ("Tides [1].", [1])),
}
HALF = re.compile(r"[\[【［〔](?:[\s\d,;–-]|and\b|passages?\b|sources?\b|[#^])*$", re.IGNORECASE)


def resolve(number, sentence):
    if number not in (1, 2, 3, 12):
        return None
    return Citation(0, f"{number}.txt", "Tides", None, "", None, "Twice a day.", 0, 12)


def written(pieces):
    """The final text and the passages cited, after checks on every text shown on the way."""
    stream, shown = MarkerStream(resolve), ""
    for piece in pieces:
        stream.feed(piece)
        assert stream.text.startswith(shown), "what was shown stays"
        shown = stream.text
        assert numbers_in(shown) <= {citation.number for citation in stream.citations}
    stream.close()
    assert [citation.number for citation in stream.citations] == list(range(1, len(stream.citations) + 1))
    assert numbers_in(stream.text) == {citation.number for citation in stream.citations}
    return stream.text, [int(citation.source.removesuffix(".txt")) for citation in stream.citations]


def half_markers(pieces):
    """What was shown on the way and ends in something that may yet become a marker."""
    stream, halves = MarkerStream(resolve), []
    for piece in pieces:
        stream.feed(piece)
        halves += HALF.findall(stream.text)
    return halves


def numbers_in(text):
    return {int(number) for number in re.findall(r"\[(\d{1,3})\]", text)}


def cut(reply, places):
    edges = [0, *sorted(place for place in places if place < len(reply)), len(reply)]
    return [reply[start:end] for start, end in zip(edges, edges[1:], strict=False)]


ROWS = [pytest.param(*row, id=name) for name, row in REPLIES.items()]


@pytest.mark.parametrize(("reply", "expected"), ROWS)
def test_a_reply_reads_the_same_whole_and_letter_by_letter(reply, expected):
    assert written(reply) == expected
    assert written([reply]) == expected
    assert half_markers(reply) == []


@given(st.sampled_from(sorted(REPLIES)), st.sets(st.integers(1, 60)))
def test_a_reply_reads_the_same_in_any_pieces(name, places):
    reply, expected = REPLIES[name]

    assert written(cut(reply, places)) == expected
    assert half_markers(cut(reply, places)) == []


FRAGMENTS = ["Tides", ".", " ", "\n", "[1]", "[2, 3]", "[9]", "【2】", "[", "]", "【", "1", "2-3", ",", "and", "a[i]"]
FRAGMENTS += [
    "［３］",
    "¹",
    "⁹",
    "km²",
    "`",
    "`[1]`",
    "†",
    "source",
    "\u200b",
    "[1 to",
    "3]",
    "\r",
    "[#",
    "^2]",
    "[9†x]",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), st.sets(st.integers(1, 60)))
def test_any_mixture_of_brackets_reads_the_same_in_any_pieces(reply, places):
    reply += " End."  # a marker cut off by the end of the reply is another matter

    assert written(cut(reply, places)) == written([reply])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ebb. Flow", "Flow"),
        ("Ebb [1]. Flow [2]", "Flow"),
        ("Ebb. Flow. [1]", "Flow."),
        ("Ebb\nFlow", "Flow"),
        ("", ""),
    ],
)
def test_a_marker_belongs_to_the_sentence_it_ends(text, expected):
    assert last_sentence(text) == expected


@pytest.mark.parametrize("row", ["#" * 60, "^" * 60, "no." * 40, " " * 3000, "and " * 50], ids=repr)
def test_a_long_row_of_what_may_begin_a_marker_ends_like_any_text(row):
    stream = MarkerStream(lambda number, sentence: None)

    for character in f"Ebb [{row}x] flow":
        stream.feed(character)
    stream.close()

    assert stream.text == f"Ebb [{row}x] flow"


def test_the_sentence_before_a_marker_decides_which_words_are_cited():
    asked = []
    stream = MarkerStream(lambda number, sentence: asked.append((number, sentence)))

    stream.feed("The ebb is slow [1]. The flow is fast.[2] Both return [1, 3].")
    stream.close()

    assert asked == [(1, "The ebb is slow"), (2, "The flow is fast."), (1, "Both return"), (3, "Both return")]
