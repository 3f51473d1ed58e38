"""Whether a line is the name of a newspaper, a journal, an agency: told by a word that they are called by."""

from __future__ import annotations

import re

# In lower case too within a paper's name.
_SMALL = frozenset("of the and & for in on de la le der die das".split())
_CALLED = re.compile(
    r"\b(?:Argus|Bulletin|Chronicle|Courier|Daily|Dispatch|Echo|Evening|Examiner|Express|Gazette|Globe|Guardian|Herald|"
    r"Independent|Inquirer|Institute|Journal|Lantern|Ledger|Magazine|Mail|Mercury|Meridian|Mirror|Monitor|News|Observer|"
    r"Post|Press|Record|Register|Reporter|Review|Sentinel|Standard|Star|Telegraph|Times|Today|Tribune|Weekly|Wire)\b"
)
_MOST_WORDS = 6
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*|[^\W\d_]{1,3}\.(?:-?[^\W\d_]\.)*")


def is_called_a_paper(words: str) -> bool:
    """Whether one of the words is one that papers are called by.

    >>> is_called_a_paper("BBC News, Yorkshire"), is_called_a_paper("CRESSWICK EVENING POST")
    (True, True)
    """
    return _CALLED.search(words.title() if words.isupper() else words) is not None


def may_be_paper(name: str) -> bool:
    """Whether it is written as the name of one: a few capitalised words."""
    words = name.split(" ")
    return len(words) <= _MOST_WORDS and all(
        is_capitalised(word) or (word in _SMALL and 0 < place < len(words) - 1) for place, word in enumerate(words)
    )


def is_paper(line: str) -> bool:
    """Whether it is both, and no single word: `News` stands above many a headline."""
    return " " in line and is_called_a_paper(line) and may_be_paper(line)


def is_capitalised(word: str) -> bool:
    """Whether it is a word, or initials, with a capital."""
    return word[:1].isupper() and _WORD.fullmatch(word) is not None


def spelt(name: str, small: frozenset[str] = _SMALL) -> str:
    """A name in capitals as names are written, these words within it in lower case; no single word: it is an agency.

    >>> spelt("THE POST OF ALBA"), spelt("AFP")
    ('The Post of Alba', 'AFP')
    """
    if not name.isupper() or " " not in name:
        return name
    first, *others = name.split(" ")
    words = (word.casefold() if word.casefold() in small else word.title() for word in others)
    return " ".join([first.title(), *words])
