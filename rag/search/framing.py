"""A question without the words around it that ask nothing: greetings, who asks and what for, how to answer."""

from __future__ import annotations

import re

from rag.library.words import QUESTION_WORDS
from rag.search.asking import THEM

_PART = re.compile(r"\S.*?(?:(?<![A-Z]\.)(?<!\b[A-Z])[.!?…:;]+(?=\s)|\s[–—-](?=\s)|$)")
# Who speaks of himself or to us, and courtesies: in a question about articles hardly anybody else does.
_TALK = re.compile(
    r"\b(?:i(?!\.)|im|me|my|we|(?-i:us)|our|you|your|u|pls|plz|please|thanks?|thx|ty|cheers|sorry|excuse|hi|hello|hey|yo|"
    r"greetings|good (?:morning|afternoon|evening|day)|dear (?:sirs?|madam|all|citewell)|ok|okay|um+|uh|hm+|lol|dude|"
    r"(?:quick|short|simple|dumb|stupid|silly|last|another|more|one) (?:question|one|thing)|"
    r"for (?:an? |some )?(?:school |class )?(?:essay|report|homework|paper|project|presentation|quiz|thesis|briefing|"
    r"assignment|article|story|blog|podcast))\b",
    re.IGNORECASE,
)
# `Just sat down and got curious.`, `Nurse here, between two patients.`: of the speaker too, who leaves himself out.
_LEFT_OUT = re.compile(
    r"(?:just|only|been|being|working|trying|looking|hoping|hope|reading|preparing|writing|doing|studying|researching|"
    r"checking|testing|wondering|curious|need|needed|got|getting|having|sitting|sat|stuck|bored|not sure|first time|"
    r"random|quick|evening|morning|afternoon|hiya|howdy|well|right|anyway|so)\b|\w+(?: \w+)? here\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”„«»]|(?<!\w)['‘]")
QUESTION_WORD = r"(?:what|who|whom|whose|when|where|why|how|which)\b"
ASKS = rf"(?:{QUESTION_WORD}|(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must)\b)"
_HELP = r"(?:can|could|would|will) (?:you|someone|anyone|anybody) (?:please )?(?:help|be so kind|be kind|do me)\b"
_HELPS = re.compile(
    rf"{_HELP}(?: (?:me|us|out|here|with|this|that|something|please|quickly|a favou?r))*\?", re.IGNORECASE
)
_REQUEST = re.compile(
    rf"(?!{_HELP})(?:{ASKS}|(?:please |just |now )*"
    r"(?:tell|list|name|summari[sz]e|compare|describe|explain|find|show|give|say|verify|check|confirm)\b)",
    re.IGNORECASE,
)
_ANSWER_SO = re.compile(
    r"(?:please |just |only |but |and )*(?:answer|reply|respond|return|keep|be|use|write|cite|quote|don['’]t|no|"
    r"(?:give|show|name) (?:me )?(?:(?:your|the|all|a|an|one|only) )*(?:sources?|quotes?|short|brief|long|detailed)|"
    r"(?:(?:kind|best|warm|many) )?(?:regards|wishes)|yours|sincerely)\b",
    re.IGNORECASE,
)
_ASKS_ON = re.compile(r"\b(?:wonder|to know|whether|also)\b", re.IGNORECASE)
_TELLS_SOMETHING = re.compile(r"(?<![.!?] )(?<!^)\b(?!Citewell\b)[A-Z]\w|\d")  # a name inside a sentence, a number
_OF_ALL = re.compile(rf"\b(?:is|are|of|do|does|what|summari[sz]e) {THEM}\b", re.IGNORECASE)
_HOW_LONG = r"in (?:just )?(?:an?|one|two|three|a few|a couple of|\d+) (?:words?|sentences?|lines?)(?: or (?:so|less))?"
# Of a sentence with a comma: `I'm a teacher preparing a quiz, so, …`, and not `If I sell the house, …`.
_ASIDE = (
    rf"(?!(?!{_HELP}){ASKS})(?!(?:if|as|since|because|while|although|though|once|after|until)\b)"
    rf"(?=[^.?!:;]*{_TALK.pattern})[^.?!:;]{{1,120}}?"
)
_BEFORE = re.compile(
    rf"\s*(?:(?:and|so|but|ok|please)[,\s]+(?={ASKS}))?(?:"
    rf"(?:briefly|shortly|in (?:short|brief)|simply put|in (?:simple|plain|other) (?:terms|words|english)|{_HOW_LONG})"
    r"[,:]?\s+|"
    rf"(?:according to|going by|based on|judging by) (?:{THEM}|them)\s*,\s*|"
    # `yo dude who …`, `wait, …`, `sorry if this is dumb, but where …`
    r"(?:an? )?question[:,–-]+\s+|"
    r"if (?:you (?:don['’]t mind|can|could|know|would|please)|i may|possible|it['’]s ok(?:ay)?)\b[^,]{0,30},\s+|"
    r"(?:hi|hello|hey|yo|ok|okay|um+|uh|hm+|lol|wait|well|right|anyway|sorry|thanks|please|pls|so|dude)"
    r"(?: there| then| all| everyone| citewell| dude| man| guys)?"
    rf"(?:,\s+|\s+(?=(?:(?:so|um+|pls|please)[,\s]+)*{ASKS}))|"
    rf"{_ASIDE}(?:,(?: so| but| and)?,?| but| so)\s+(?={ASKS})|"
    # `Can you tell me who …`: only where a question follows, for `tell me about` is one.
    r"(?:"
    r"(?:(?:can|could|would|will) (?:you|someone|anyone|anybody) )?(?:please |kindly |maybe )*"
    r"(?:tell|explain|say|describe|clarify|show|remind|find out|look up)(?: (?:to |for )?(?:me|us))?(?: please)?|"
    r"(?:do|does|did) (?:you|anyone|anybody|someone) (?:happen to )?know|"
    r"(?:i|we)(?:['’]d| would| want| need| wish| am trying)(?: (?:like|love|want))? to "
    r"(?:know|find out|understand|learn|see|ask)|"
    r"i(?:['’]m| am) (?:trying to (?:find out|understand|learn)|curious(?: to know)?|wondering|not sure)|"
    r"i (?:wonder|don['’]t know|do not know|forgot|can['’]t remember)|"
    r"(?:any|have you any) (?:idea|clue)"
    rf")[,:]?\s+(?={QUESTION_WORD}))",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s+(?:thanks?|thank you|thx|ty|cheers|pls|plz)\b[^?]*|"
    r"[\s,]+(?:please )?(?:answer|reply|respond)(?: me)? (?:briefly|shortly|(?:in|with|using) (?:just |only |at most )?"
    r"(?:an?|one|two|three|few|simple|plain|short|full|bullets?|\d+|english|your own)\b)[^?]*|"
    r",?\s+(?:it['’]s |this is )?for (?:an?|my|our|the) (?:(?:news|school|short|fact) ?)?(?:chart|timeline|table|graph|"
    r"box|footnote|column|story|article|report|piece|essay|slide|talk|quiz|file|book|records?)[.!]*|"
    rf",\s*(?:briefly|shortly|in (?:short|brief)|{_HOW_LONG})(?: please)?[.!]*|,?\s+please(?=[?.!]*$))$",
    re.IGNORECASE,
)
_FEWEST = 2  # words that tell something, of what is left when whole sentences go


def unframed(text: str) -> str:
    """The question alone, a part of what was typed; as it was where hardly anything would be left.

    >>> unframed("Hi! I'm writing a report on Egypt. Can you tell me who received Lavrov? Thanks.")
    'who received Lavrov?'
    """
    text = _without_talk(text)
    while True:
        before, after = _BEFORE.match(text), _AFTER.search(text)
        if before and before.end() and _says_enough(text[before.end() :]) and not _tells(before.group()):
            text = text[before.end() :]
        elif after and " " in text[: after.start()]:
            text = text[: after.start()].rstrip()
        else:
            return text


def _without_talk(text: str) -> str:
    """From the first part that is no talk to the last; what follows the last question mark must tell something."""
    parts = [(found.start(), found.end(), found.group()) for found in _PART.finditer(text)]
    last_asked = max((number for number, part in enumerate(parts) if part[2].endswith("?")), default=None)
    kept = [
        (start, end)
        for number, (start, end, part) in enumerate(parts)
        if (_is_answer_wanted(part) if last_asked is not None and number > last_asked else not _is_talk(part))
    ]
    left = text[kept[0][0] : kept[-1][1]] if kept else ""
    return left if _says_enough(left) else text


def _is_talk(part: str) -> bool:
    says_no_more = bool(_TALK.search(part)) or (bool(_LEFT_OUT.match(part)) and not _tells(part))
    asks = (part.endswith("?") and not _HELPS.fullmatch(part)) or _REQUEST.match(part) or _QUOTED.search(part)
    return says_no_more and not asks


def _is_answer_wanted(part: str) -> bool:
    """Whether it says more about what was asked, and not how to answer or why."""
    if _ASKS_ON.search(part):
        return True
    says_more = _tells(part) or _REQUEST.match(part) or _QUOTED.search(part)
    return bool(says_more) and not _ANSWER_SO.match(part) and not _TALK.search(part)


def _tells(words: str) -> bool:
    return bool(_TELLS_SOMETHING.search(words))


def _says_enough(rest: str) -> bool:
    """`My bill is wrong. What should I do?` is one question, `What should I do?` is none."""
    return (
        _tells(rest)
        or bool(_OF_ALL.search(rest))
        or len(set(re.findall(r"\w+", rest.lower())) - QUESTION_WORDS) >= _FEWEST
    )
