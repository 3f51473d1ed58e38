"""The forms of questions about articles as such, for `rag.search.referring`: patterns, and nothing that decides."""

from __future__ import annotations

import re
from typing import Literal

Asks = Literal["summary", "which", "author", "date", "publisher", "address", "title"]
Order = Literal["", "latest", "oldest"]

# What articles are called

KIND = r"interview|explainer|obituary|column|op-?ed|editorial|timeline|q ?& ?a|minutes|transcript|profile|press release"
ONE = rf"(?:(?:news|opinion)[ -]?)?(?:article|piece|text|write-?up|story)|{KIND}|news (?:report|item)"
MANY = (
    r"(?:(?:news|opinion) )?(?:articles|pieces|texts|stories)|interviews|explainers|columns|"
    r"news (?:reports|items)"
)
# Where a summary or a list is asked for they may be called more; else a report is one that the articles tell of.
ANY_ONE = rf"{ONE}|document|post|file|report|one"
ANY_MANY = rf"{MANY}|documents|posts|files|reports|sources|ones"
_OURS = rf"(?:the |my |your |these |those )?(?:{ANY_MANY}|{ANY_ONE})"
_NOUN = r"\b(?:(?P<many>{})|(?P<one>{}))\b(?! ?(?:\d|[IVX]+\b))(?!['’])"  # `Article 5` is of a treaty
STRICTLY = re.compile(_NOUN.format(MANY, ONE), re.IGNORECASE)
FREELY = re.compile(_NOUN.format(ANY_MANY, ANY_ONE), re.IGNORECASE)
LISTED = re.compile(_NOUN.format(ANY_MANY, ONE), re.IGNORECASE)
IT = re.compile(r"it|this|that|them|these|those|they", re.IGNORECASE)
AN = re.compile(r"an?\b(?! few)", re.IGNORECASE)

# What is asked of one of them

_GIVE = r"(?:give|write|make|show|provide|create|get|send|do|tell)(?: me| us)?(?: with)?"
_WHAT_IS = (
    r"(?:what (?:is|are|was|were)|what['’]?s|list|name|(?:i|we) (?:need|want)|(?:do|have) (?:you|we) (?:have|got)|"
    r"is there|who is|who['’]?s|who was)"
)
_THE = rf"(?:(?:{_WHAT_IS}|{_GIVE}) )?(?:(?:the|an?|some|one|all|me|your) ){{0,3}}"
_ADVERBS = r"(?:(?:really|actually|mainly|mostly|all|also|roughly|basically|generally|first|originally) )*"
_MAIN = r"(?:(?:main|key|central|core|major|most|important|crucial|essential|big|biggest|top|few|\d|two|three|five) )*"
_POINTS = (
    r"(?:(?:talking )?points?|take-?aways?|ideas?|facts|things|messages?|findings?|gist|essence|contents?|conclusions?|"
    r"highlights?|essentials?)"
)
_SUMMARY = r"(?:summary|overview|outline|recap|digest|gist|tl;?dr|synopsis|abstract|run-?down)"
_SAY = r"(?:say|tell(?: us| me)?|cover|discuss|deal with|contain|report|argue|make|talk about)"
_LEARN = (
    r"(?:happens|happened|is said|do (?:i|we) (?:need to know|learn)|"
    r"(?:should|can|could) (?:i|we|one) (?:know|learn|take away|take))"
)
_OUTLET = (
    r"(?:(?:news)?paper|publication|(?:news )?(?:outlet|site|agency)|website|magazine|publisher|source|journal|"
    r"media(?: outlet)?)"
)
_PUT_OUT = (
    r"(?:published|printed|posted|released|put out|put online|ran|run|carried|issued|written|dated|came out|"
    r"brought out)"
)
_WRITER = r"(?:author|writer|journalist|reporter|byline)"
_BEGINS = (
    r"(?:^|(?<=[.,:;!?–-] )|(?<=\bto ))"  # a sentence: `How did Holt sum up the interview?` asks for what she said
)
_DAY = r"(?:date|day|month|year)"
# (what it asks, the words before the articles, those after them); who says the first ones means what is here.
MEANT_FREELY = 3
_OF_ONE: tuple[tuple[Asks, str, str], ...] = (
    ("summary", rf"{_BEGINS}(?:summ[ae]ri[sz]e|sum up|outline|recap|condense|boil down|tl;?dr(?: of)?)", ""),
    ("summary", rf"{_THE}(?:[\w-]+ ){{0,3}}?{_SUMMARY} (?:of|for|from|on)", ""),
    ("summary", rf"{_THE}{_MAIN}{_POINTS} (?:of|in|from|made (?:in|by)|to take (?:away )?from)", ""),
    ("summary", _THE, rf"(?:[-–:,] *)?(?:{_WHAT_IS} )?(?:the )?(?:{_MAIN}{_POINTS}|{_SUMMARY}|in a nutshell)"),
    ("summary", rf"what(?: {_MAIN}{_POINTS})? (?:is|was|are|were|does|do|did)", rf"{_ADVERBS}(?:about|{_SAY})"),
    ("summary", r"what['’]?s", rf"{_ADVERBS}(?:about|saying|on about)"),
    ("summary", r"what", r"(?:(?:is|was|are|were) about|says|covers|tells us|deals with|reports|argues)"),
    ("summary", rf"what {_LEARN} (?:in|from|about)|what['’]?s in", ""),
    ("summary", rf"{_BEGINS}(?:explain|describe)(?: the contents? of)?", ""),
    ("summary", r"(?:tell|inform|brief) (?:me|us) (?:(?:more|a bit|briefly|something) )?(?:about|on)", ""),
    (
        "author",
        r"who(?: has| had)? (?:wrote|written|authored|penned|reported|filed|did|conducted|is behind|was behind|"
        r"is credited with)",
        "",
    ),
    ("author", r"whose (?:name|byline) is (?:on|under|above|over)", ""),
    ("author", r"(?:who(?:['’]s| is| was)|by wh?om (?:is|was))", r"(?:written |authored |penned )?by|written|authored"),
    ("author", rf"{_THE}(?:name of the )?{_WRITER}(?: name)?(?: of| for| behind| on)", ""),
    ("author", rf"(?:which|what) {_WRITER}(?: \w+)? (?:wrote|authored|is behind|penned)", ""),
    (
        "date",
        rf"(?:when|(?:on |in |from )?(?:what|which) {_DAY}) (?:was|is|were|did|does|has)",
        rf"{_ADVERBS}(?:been )?(?:{_PUT_OUT}|from|appear|come out|go online|out)(?: on| in)?",
    ),
    ("date", rf"(?:what|which) {_DAY} (?:does|is on)", r"(?:carry|bear|have|show)?"),
    ("date", rf"{_THE}(?:exact )?(?:publication |publishing |release )?date (?:of publication )?(?:of|for|on)", ""),
    ("date", r"(?:from when is|how (?:old|recent|new) is)", ""),
    ("publisher", rf"(?:who|(?:which|what) {_OUTLET}) (?:has |had )?{_PUT_OUT}", ""),
    (
        "publisher",
        rf"(?:where|(?:in |on |by |from )?(?:which|what) {_OUTLET}) (?:was|is|did|does|has)",
        rf"{_ADVERBS}(?:been )?(?:{_PUT_OUT}|from|appear(?:ed)?|come from|taken from)(?: in| by| on)?",
    ),
    ("publisher", rf"{_THE}{_OUTLET}(?: of| for| behind)", ""),
    (
        "address",
        rf"{_THE}(?:original )?(?:url|link|(?:web |internet )?address|web ?page|hyperlink)(?: of| to| for)",
        "",
    ),
    (
        "address",
        r"where (?:can|could|do|might) (?:i|we|one) (?:find|read|get|open|see|access)(?: the original of)?",
        r"(?:online|on the (?:web|internet))?",
    ),
    ("title", rf"{_THE}(?:exact |full )?(?:title|headline|heading)(?: of| for)", ""),
    ("title", r"(?:what|which) (?:title|headline|heading) (?:does|did|is on)", r"(?:carry|have|bear|run under)?"),
    ("title", r"(?:what|how)(?:['’]?s| is| was)", r"(?:called|titled|entitled|headed|headlined)"),
)


def _compiled(before: str, after: str) -> re.Pattern[str]:
    """Why it is asked (`for my essay: …`), the words before, the articles (`np`), the words after."""
    behind = rf"(?:[\s,]+(?:{after})){'?' * bool(re.fullmatch(after, ''))}"
    reasons = r"(?P<reasons>[^?]{1,60}?[\s,:.–-])?"
    return re.compile(rf"{reasons}{before}(?:(?<=\w)\s+|(?<!\w))(?P<np>\S.*?){behind}", re.IGNORECASE)


OF_ONE = tuple((asks, _compiled(before, after)) for asks, before, after in _OF_ONE)

# Which of them there are

_LIST = (
    r"(?:(?:which|what|how many)(?: of| (?:is|are|was|were)(?= the))?|what['’]?s(?= the)|(?:are|is) there|do(?= any)|"
    r"(?:do|have) (?:you|we) (?:have|got)|"
    r"(?:.*\b(?:want|need|like|looking for)|(?:list|show|find|give|name|get|display|see)(?: me| us)?)"
    r"(?: (?:a list of|the titles of|titles of))?|(?:a )?list of) "
)
LIST = re.compile(rf"(?:{_LIST})?(?P<np>.+)", re.IGNORECASE)
EVERYTHING = re.compile(
    rf"(?:(?:{_LIST})?(?:everything|anything|something)(?: (?:you|we) (?:have|got))?|"
    r"(?:what (?:have|do) (?:you|we) (?:have|got)|have (?:you|we) (?:any|some)thing)) (?P<rest>.+)",
    re.IGNORECASE,
)
_STANDS = (
    r"(?:mentioned|named|discussed|quoted|covered|described|cited|referred to|talked about|appear(?:s|ed)?|come up|"
    r"turn up|featured?|show up|speak|play a (?:role|part))"
)
_ANYWHERE = rf"(?:anywhere|in (?:any(?: of)?|more than one(?: of)?|several|some(?: of)?) {_OURS})"
_NAME_THEM = (
    r"(?:,? (?:and )?(?:if so,? )?(?:(?:in )?which(?: ones?)?|(?:name|list) (?:them|the \w+))|\? \w+(?: the \w+)?)"
)
WHERE = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:the )?number of {_OURS} in which (?P<matter>.+?) (?:is|are|was|were) {_STANDS}",
        rf"(?:in )?(?:which|what|how many)(?: of)? {_OURS} (?:is|are|was|were|does|do|did|has|have) "
        rf"(?P<matter>.+?) (?:been )?{_STANDS}(?: in(?: {_OURS})?)?",
        rf"where (?:is|are|was|were) (?P<matter>.+?) (?:mentioned|named|quoted|referred to)"
        rf"(?:,? in (?:which )?{_OURS})?",
        rf"(?:does|do|is|are) (?P<matter>.+?) (?:been )?{_STANDS}? ?{_ANYWHERE}{_NAME_THEM}?",
    )
)
WRITTEN = re.compile(
    rf"(?:(?:which|what|how many)(?: of)? |(?:list|show|find|give|get)(?: me)? )?(?:all |any |every )?(?:{_OURS} )?"
    r"(?:does|do|did|has|have) (?P<by>.+?) (?:write|written|publish(?:ed)?|author(?:ed)?|pen(?:ned)?)",
    re.IGNORECASE,
)

# Which of them are meant

_DETERMINER = r"(?:(?:all|any|each|every|some|both|the|this|that|these|those|an?|your|my|our|other|no)\b(?: of\b)?\s*)*"
ORDERS: dict[str, Order] = {"latest": "latest", "newest": "latest", "most recent": "latest", "last": "latest",
                            "oldest": "oldest", "earliest": "oldest", "first": "oldest"}  # fmt: skip
_PLAIN = (
    r"(?:(?:main|whole|entire|full|single|given|above|following|uploaded|different|short|long|available|existing|"
    r"interesting|relevant|related|original|new|recent|news)\b\s*)*"
)
BEFORE = re.compile(
    rf"{_DETERMINER}(?:(?P<order>{'|'.join(ORDERS)})\b\s*)?{_PLAIN}(?P<matter>[^?.!;:]*)", re.IGNORECASE
)
NO_NAME = re.compile(
    r",|\b(?:is|are|was|were|do|does|did|has|have|had|of|to|for|by|behind|on|in|at|not|the|an?|his|her|their|its|who|what|which|when|where|"
    r"why|how|whose)\b",
    re.IGNORECASE,
)
POSSESSOR = re.compile(r"(?P<by>[^\W\d_a-z]\S*(?: [^\W\d_a-z]\S*){0,3})['’]s")
QUOTED = re.compile(r"[“\"„«‘'](?P<title>[^“”\"„«»]{3,200}?)[”\"“»’'](?!\w)")
TITLE = re.compile(
    rf"(?:{_DETERMINER}(?:{ONE}),? )?{QUOTED.pattern}|(?P<file>[\w./-]+\.(?:txt|md|html?|pdf|docx|eml|csv|jsonl?))",
    re.IGNORECASE,
)
HERE = re.compile(
    r"^(?:(?:do|have) (?:you|we) (?:have|got)|(?:you|we) have|(?:are )?there|(?:in )?here|"
    r"in (?:the|this|your) (?:library|folder))\b\s*|\s+(?:in )?(?:here|there|(?:the|this|your) (?:library|folder))$",
    re.IGNORECASE,
)
_THAT_IS = r"(?:(?:that|which|who|where|in which)\s+)*(?:(?:is|are|was|were|has|have|it['’]?s)\s+)?"
ABOUT = re.compile(
    rf"{_THAT_IS}{_ADVERBS}(?:about|on|regarding|concerning|with|where|in which|relat(?:ing|ed) to|"
    r"deal(?:s|ing)? with|focus(?:ed|es|ing|sed)? on|ha(?:s|ve) (?:to|anything to) do with|to do with|"
    r"(?:mention|cover|discuss|interview)(?:s|es|ed|ing)?|describ(?:es?|ing)|quot(?:es?|ing)|nam(?:es?|ing)|"
    r"cit(?:es?|ing)|involv(?:es?|ing)|featur(?:es?|ing)|contain(?:s|ing)?|talk(?:s|ed|ing)? about|"
    r"speak(?:s|ing)? (?:of|about)|refer(?:s|red|ring)? to|report(?:s|ing)? on|writ(?:es?|ing) about|"
    r"say(?:s|ing)? (?:(?:any|some)thing (?:about|on)|that)|report(?:s|ing) (?:that|how)|tell(?:s|ing) (?:of|that|how)|"
    r"explain(?:s|ing)|argu(?:es|ing)|show(?:s|ing)|claim(?:s|ing)|touch(?:es|ing)? (?:on|upon)|"
    r"(?:with the (?:title|headline)|titled|entitled|headed|headlined|called|named))\s+(?P<matter>\S.*)",
    re.IGNORECASE,
)
# `the mayor but not the bridge`, `wheat without mentioning bread`
BUT_NOT = re.compile(
    r"(?P<matter>.+?),? (?:(?:but|and|yet) (?:(?:do|does|did)(?: not|n['’]t)|not|never)|without)"
    r"(?: (?:mention|name|quote|cite|discuss|cover)(?:s|ing)?| (?:speak|talk)(?:ing)? (?:of|about)| about| also)?"
    r" (?P<without>\S.*)",
    re.IGNORECASE,
)
BOTH = re.compile(r"^both (?=.+ and )", re.IGNORECASE)
MENTIONS = re.compile(rf"{_THAT_IS}(?:mention|quot|nam|cit|refer|contain|featur)", re.IGNORECASE)
BY = re.compile(
    rf"(?:^|(?<=\s)){_THAT_IS}(?:(?:authored|penned|reported|{_PUT_OUT})\s+)?by\s+(?P<by>\S.*)$|"
    r"^(?:(?:that|which)\s+)?(?P<wrote>\S.{1,60}?)\s+(?:wrote|has written|published|authored)$",
    re.IGNORECASE,
)
BY_ABOUT = re.compile(rf"(?P<by>.+?)\s+{ABOUT.pattern}", re.IGNORECASE)
FROM = re.compile(
    rf"{_THAT_IS}(?:(?:{_PUT_OUT}|comes?)\s+)?(?:in|from|form)\s+(?P<by>(?:the\s+)?(?-i:[A-Z])\S*(?:\s\S+){{0,4}})",
    re.IGNORECASE,
)
DATED = re.compile(
    rf"{_THAT_IS}(?:(?:do|did)\s+)?(?:(?:we|you)\s+(?:have|got)\s+)?(?:been\s+)?"
    rf"(?:(?:appear(?:ed)?|come|came|{_PUT_OUT})\s+)?$",
    re.IGNORECASE,
)
OF_ARTICLE = re.compile(rf"(?:from|since)\b|(?:{_PUT_OUT})\s", re.IGNORECASE)

# What frames it

OPENING = re.compile(
    r"^(?:(?:please|pls|hi|hello|hey|ok(?:ay)?|so|and|now|also|then|just|quickly|quick|briefly|"
    r"can you|could you|would you|will you|(?:can|could) i (?:get|have)|i(?:['’]d| would) like|do you know|"
    r"let me know|(?:do|does) (?:we|anyone|anybody) know|i(?:['’]m| am) looking for)\b[\s,!.:–-]*)*",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"(?:[\s,!.?…–-]|\b(?:please|pls|plz|thanks?|thank you|thx|briefly|shortly|quickly|for (?:me|us)|again|exactly|"
    r"then|in (?:short|brief|general)|in (?:plain|simple) (?:words|terms|english)|as (?:a )?(?:bullet points|list)|"
    r"url|link|(?:in )?(?:just )?(?:an?|one|two|three|four|five|a few|a couple of|\d+) (?:short )?"
    r"(?:words?|sentences?|lines?|paragraphs?|bullet points|bullets|points))(?!\w))*$",
    re.IGNORECASE,
)
# `…? url please`, `…, the one where she resigns`, `…, which paper?`
AFTERTHOUGHT = re.compile(
    r"(?<=\?)(?: [^\s?]+){1,4}$|,? i mean\b.*$|, (?:the|that) (?:\w+ )?one\b.*$|"
    r", (?:and )?(?:in )?(?:which|what|where|when) \w+\??$|,? (?:and|or) (?:where|when|by whom|who by)\??$|"
    r",? roughly\??$",
    re.IGNORECASE,
)
# Words by which such questions are known, that are put right where one or two letters are wrong.
KNOWN = (
    "article articles summary summaries summarise summarize published publisher publishers publish publishes interview "
    "interviews author authors mention mentions mentioned".split()
)
WICH = re.compile(r"\b(?:wich|whcih|whihc|wihch)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{5,}")
