"""What is asked for in another form than a question's → the question that an article could answer."""

from __future__ import annotations

import re

from rag.search.framing import QUESTION_WORD

# Articles say what people may do, never what the reader may.
_MAY = re.compile(
    r"^(?:(?:can|could|may|might) (?:i|we|one|you|someone|anyone|somebody|anybody)|(?:am i|are we|are you|is one) "
    r"(?:allowed|permitted|free|able) to|is it (?:allowed|permitted|legal|possible|okay?|ok) to)\s+(?=\w)",
    re.IGNORECASE,
)
_GIVE = (
    r"^(?:(?:please|kindly|now|just|(?:can|could|would|will) you|(?:i|we)(?:['’](?:m|re|d|ll)| am| are| would| will)?"
    r"(?: also| just| really)?)[,\s]+)*"
    r"(?:need|want|like|looking for|searching for|after|give|get|show|find|send|provide|state)(?: me| us)?(?: with)?\s+"
)
_PLACE = r"(?:passage|part|place|bit|section|sentence|line|paragraph|quote|quotation)s?"
_WHERE = (
    rf"(?:the|a|any|every) {_PLACE} (?:that|which|where|in which)(?: it| they)? "
    r"(?:says?|tells?(?: us)?|states?|explains?|said)|"
    rf"(?:(?:the|a|any|some) )?(?:{_PLACE}|info|information|details) (?:on|about)"
)
_CLAUSE_WANTED = re.compile(rf"{_GIVE}(?:{_WHERE}) (?P<asked>{QUESTION_WORD}.*)$", re.IGNORECASE)
_NOUN_WANTED = re.compile(
    rf"{_GIVE}(?P<noun>(?:the|an?|all(?: the)?) (?!{_PLACE}\b|(?:article|text|source|summary|overview|list)\w*\b)"
    r"[^?.!]+)[\s.?!]*$",
    re.IGNORECASE,
)
_ARE = re.compile(r"(?:the|all(?: the)?)(?: [\w’'-]+)? [\w’'-]*[^s\W]s\b", re.IGNORECASE)
_EVERYTHING = re.compile(
    r"^(?:please )?(?:(?:list|name|give|show|tell)(?: me| us)? )(?:everything|all|anything)(?: that)? "
    r"(?P<clause>(?!about\b|on\b|of\b|in\b|the articles\b)[^?]{8,}?)[\s.?!]*$",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"^(?:please )?(?:quote|cite)\s+(?!(?:the )?(?:line|ground|passage|sentence|words?|what|how|where|why)\b)"
    r"(?P<who>[^?]{2,60}?) (?:on|about|regarding) (?P<what>[^?]+?)[\s.?!]*$",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\b(?P<asking>who|what|where|when|how|why)['’]s(?= (?P<next>\w+))", re.IGNORECASE)
_HAS = frozenset("been got become gone taken made done left won said told had come given".split())


def spelt_out(question: str) -> str:
    """With whole words in place of `who's` and its like.

    >>> spelt_out("Who's the coach?"), spelt_out("What's been said?")
    ('Who is the coach?', 'What has been said?')
    """
    return _CONTRACTED.sub(
        lambda found: f"{found['asking']} {'has' if found['next'].lower() in _HAS else 'is'}", question
    )


def as_question(request: str) -> str:
    """The question for what is requested; what is none already stays as it is.

    >>> as_question("I need the date of the raid.")
    'What is the date of the raid?'
    >>> as_question("Find the passage that says who paid.")
    'who paid?'
    >>> as_question("Quote Mirka Soltan on the dam.")
    'What did Mirka Soltan say about the dam?'
    """
    if asked := _CLAUSE_WANTED.match(request):
        return f"{asked['asked'].rstrip(' .?!')}?"
    if everything := _EVERYTHING.match(request):
        return f"What {everything['clause']}?"
    if quoted := _QUOTE.match(request):
        return f"What did {quoted['who']} say about {quoted['what']}?"
    if wanted := _NOUN_WANTED.match(request):
        noun = wanted["noun"].strip()
        return f"What {'are' if _ARE.match(noun) else 'is'} {noun}?"
    return of_anyone(request)


def of_anyone(question: str) -> str:
    """The question as articles answer it: about people, where it asks what the reader may do.

    >>> of_anyone("Can I fly a drone in Libya?")
    'Are people allowed to fly a drone in Libya?'
    """
    return _MAY.sub("Are people allowed to ", question)
