"""Greetings, thanks, "what can you do?" and "which articles are there?": told without a search or a model."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from rag.search.library import Library

Kind = Literal["greeting", "thanks", "noted", "farewell", "about", "articles"]

_OPENS, _CLOSES = re.compile(r"“|(?<!\S)\"(?=\S)"), re.compile(r"[”\"]")  # a quotation within a title
_END = (
    r"(?:[\s,!.?…)(:;-]|there|all|everyone|again|so much|very much|a lot|friend|citewell|please|then|for now|you|u)*$"
)
_FIRST = r"^(?:(?:hi|hello|hey|ok(?:ay)?|so|and|great|no)\b[\s,!.]*)?"
_HOW_ARE_YOU = r"(?:how are you(?: doing)?(?: today)?|how(?:['’]s| is) it going|what['’]?s up)"
_ABOUT = (
    r"(?:what|how) (?:can|do|could) you (?:do|help|know|offer|answer)(?: (?:for|with) (?:me|us|that))?",
    r"what (?:can|could|should|may) i (?:ask|do)(?: (?:you|here|about))*",
    r"who are you|what are you|are you (?:a bot|a robot|human|an ai)",
    r"what(?:['’]?s| is) (?:this|your name|citewell)|how (?:does|do) (?:this|it|you) work",
    r"(?:can you )?help(?: me)?|what do you know(?: about)?",
    r"what (?:is|['’]s) in (?:the|this|your) library",
)
_ARTICLES = r"(?:articles|documents|texts|files|stories|sources)"
_ARTICLE = r"(?:article|document|text|file|story|one)"
_OURS = (
    r"(?:do you have|have you got|can i (?:ask|search)|(?:are )?(?:here|there|in (?:the|this|your) (?:library|folder)))"
)
_OUTERMOST = r"(?:the |your )?(?:newest|latest|most recent|last|oldest|earliest|first)"
_OF_ARTICLES = (
    rf"how many {_ARTICLES} (?:{_OURS} ?)+|how many {_ARTICLES} does (?:the|this|your) library (?:have|hold|contain)",
    rf"(?:what|which) {_ARTICLES} (?:{_OURS} ?)+",
    r"(?:please )?(?:list|show|name|give)(?: me)?(?: a list of)?(?: all)?(?: of)?(?: the| your)?(?: titles(?: of)?)?"
    rf"(?: all)?(?: the| your)?(?: {_ARTICLES}| titles)(?: {_OURS})*",
    rf"(?:what|which)(?: {_ARTICLE})? (?:is|are|was|were) {_OUTERMOST} {_ARTICLE}(?: {_OURS})*",
    rf"when was {_OUTERMOST} {_ARTICLE} (?:published|written|from)",
)
_THANKS = r"(?:many )?(?:thanks?(?: you)?|thx|ty|cheers|much appreciated)\b"
_NOTED = (
    r"(?:ok(?:ay)?|i see|got it|good|great|fine|nice|cool|all ?right|alright|understood|perfect|interesting|wow|"
    r"yes|yeah|yep|no|nope|h+m+|a+h+|oh)"
    r"(?: (?:answer|one|to know))?\b"
)
_BYE = r"(?:good\s?bye|bye(?:[ -]bye)?|see you(?: later| soon)?|farewell|good night)\b"
_HELLO = r"(?:hi+|hello|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|welcome)\b[\s,!.]*"
_SAID: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("about", re.compile(rf"{_FIRST}(?:{'|'.join(_ABOUT)}){_END}", re.IGNORECASE)),
    ("articles", re.compile(rf"{_FIRST}(?:{'|'.join(_OF_ARTICLES)}){_END}", re.IGNORECASE)),
    ("thanks", re.compile(rf"{_FIRST}{_THANKS}{_END}", re.IGNORECASE)),
    ("noted", re.compile(rf"^{_NOTED}{_END}", re.IGNORECASE)),
    ("farewell", re.compile(rf"{_FIRST}{_BYE}{_END}", re.IGNORECASE)),
    ("greeting", re.compile(rf"^(?:{_HELLO}{_HOW_ARE_YOU}?|{_HOW_ARE_YOU}|test(?:ing)?){_END}", re.IGNORECASE)),
)
_OPENING = {
    "greeting": "Hello. ",
    "thanks": "You are welcome. ",
    "noted": "",
    "farewell": "Goodbye. ",
    "about": "",
    "articles": "",
}
_LOOKED_AT = 3  # titles
_GONE_THROUGH = 30  # articles, to find so many
_MOST_LISTED = 20  # articles


def small_talk(text: str) -> Kind | None:
    """Which kind it is; None for a question."""
    said = " ".join(text.split())
    return next((kind for kind, pattern in _SAID if len(said) <= 80 and pattern.match(said)), None)


def reply_to(kind: Kind, library: Library) -> str:
    """What is said to it, with what the library holds where that helps."""
    if kind == "farewell":
        return _OPENING[kind] + "The library stays as it is."
    count, _ = library.catalogue.counts()
    held = "1 article" if count == 1 else f"{count:,} articles"
    if kind in ("thanks", "noted"):
        return _OPENING[kind] + f"Ask on: there are {held} to ask about."
    if kind == "articles":
        return _listed(library, held)
    titles = _titles(library)
    *first, last = map(titled, titles)
    named = " and ".join([*([", ".join(first)] if first else []), last])
    among = "It is" if count == 1 else "They are" if count == len(titles) else "Among them:"
    return (
        f"{_OPENING[kind]}I answer questions about the {held} in this library and show for every sentence the words it "
        f"rests on; what they do not say I do not answer. {among} {named}."
    )


def _titles(library: Library) -> list[str]:
    """Of the first articles, each title once: an article may be there in several files."""
    found: dict[str, None] = {}
    for article in islice(library.articles(), _GONE_THROUGH):
        found[plain(article.title)] = None
        if len(found) == _LOOKED_AT:
            break
    return list(found)


def _listed(library: Library, held: str) -> str:
    """How many articles there are, and the latest of them, the latest first; those without a date come last."""
    dated = sorted(((date or "", source) for source, date in library.catalogue.dates()), reverse=True)
    lines = [_line(library, source) for _, source in dated[:_MOST_LISTED]]
    oldest = [source for date, source in dated[_MOST_LISTED:] if date][-1:]
    opening = f"The library holds {held}, the latest first:"
    if len(dated) > _MOST_LISTED:
        opening = f"The library holds {held}; these are the {_MOST_LISTED} latest:"
    rest = [f"\nThe oldest: {_line(library, source)}." for source in oldest]
    return "\n".join([opening, *(f"- {line}" for line in lines), *rest])


def _line(library: Library, source: str) -> str:
    article = library.article(source)
    if article is None:  # removed just now
        return source
    return f"{plain(article.title)} ({article.date})" if article.date else plain(article.title)


def titled(title: str) -> str:
    """A title between quotation marks; its own become single ones.

    >>> titled('"A late train": an interview')
    '“‘A late train’: an interview”'
    """
    return f"“{re.sub(_CLOSES, '’', re.sub(_OPENS, '‘', plain(title)))}”"


def plain(title: str) -> str:
    """Without what might be taken for a marker."""
    return " ".join(re.sub(r"[\[\]]", "", title).split())
