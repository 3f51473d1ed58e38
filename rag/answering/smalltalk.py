"""Greetings, thanks and "what can you do?": a helpful sentence about the library, without a search or a model."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from rag.search.library import Library

Kind = Literal["greeting", "thanks", "farewell", "about"]

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
    r"what (?:articles|documents|sources|texts) (?:do you have|are (?:there|here)|have you got)",
    r"what (?:is|['’]s) in (?:the|this|your) library",
)
_THANKS = r"(?:many )?(?:thanks?(?: you)?|thx|ty|cheers|much appreciated)\b"
_BYE = r"(?:good\s?bye|bye(?:[ -]bye)?|see you(?: later| soon)?|farewell|good night)\b"
_HELLO = r"(?:hi+|hello|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|welcome)\b[\s,!.]*"
_SAID: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("about", re.compile(rf"{_FIRST}(?:{'|'.join(_ABOUT)}){_END}", re.IGNORECASE)),
    ("thanks", re.compile(rf"{_FIRST}{_THANKS}{_END}", re.IGNORECASE)),
    ("farewell", re.compile(rf"{_FIRST}{_BYE}{_END}", re.IGNORECASE)),
    ("greeting", re.compile(rf"^(?:{_HELLO}{_HOW_ARE_YOU}?|{_HOW_ARE_YOU}|test(?:ing)?){_END}", re.IGNORECASE)),
)
_OPENING = {
    "greeting": "Hello. ",
    "thanks": "You are welcome. ",
    "farewell": "Goodbye. ",
    "about": "",
}
_LOOKED_AT = 3  # titles


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
    if kind == "thanks":
        return _OPENING[kind] + f"Ask on: there are {held} to ask about."
    titles = [
        " ".join(re.sub(r"[\[\]]", "", article.title).split()) for article in islice(library.articles(), _LOOKED_AT)
    ]
    named = " and ".join([", ".join(f"“{title}”" for title in titles[:-1])] * (len(titles) > 1) + [f"“{titles[-1]}”"])
    among = "It is" if count == 1 else "They are" if count == len(titles) else "Among them:"
    return (
        f"{_OPENING[kind]}I answer questions about the {held} in this library and show for every sentence the words it "
        f"rests on; what they do not say I do not answer. {among} {named}."
    )
