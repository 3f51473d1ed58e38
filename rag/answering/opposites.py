"""Words that turn a statement into its opposite: rose and fell, possible and impossible."""

from __future__ import annotations

_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")
_OPPOSITE_PAIRS = """
increase decrease|rise fall|rose fell|risen fallen|raise lower|raised lowered|grow shrink|grew shrank|before after|
more less|more fewer|most least|win lose|won lost|accept reject|accepted rejected|support oppose|supported opposed|
allow forbid|allowed banned|begin end|began ended|start end|started ended|open close|opened closed|north south|
northern southern|east west|eastern western|major minor|high low|higher lower|highest lowest|first last|early late|
earlier later|above below|gain lose|import export|imports exports|buy sell|bought sold|majority minority|
maximum minimum|include exclude|positive negative|always never|confirm deny|confirmed denied|agree disagree|
success failure|
succeeded failed|strong weak|stronger weaker|large small|larger smaller|largest smallest|long short|longer shorter|
old new|older younger|oldest youngest|same different|inside outside|enter leave|arrive depart|arrived left|
approve reject|approved rejected|attack defend|attacked defended|victory defeat|ally enemy|allies enemies|
friend enemy|legal illegal|true false|right wrong|best worst|better worse|many few|all none|up down|left right|
internal external|domestic foreign|public private|rich poor|male female|summer winter|former latter|ancient modern|
expand shrink|expanded shrank|strengthen weaken|strengthened weakened|improve worsen|improved worsened|
""".replace("\n", "")
_OPPOSITE: dict[str, set[str]] = {}
for _pair in filter(None, _OPPOSITE_PAIRS.split("|")):
    _one, _other = _pair.split()
    _OPPOSITE.setdefault(_one, set()).add(_other)
    _OPPOSITE.setdefault(_other, set()).add(_one)


def are_opposite(one: str, other: str) -> bool:
    """Whether the one in place of the other says the opposite."""
    return other in _OPPOSITE.get(one, ()) or _is_negated_form(one, other)


def _is_negated_form(one: str, other: str) -> bool:
    """Possible and impossible, able and unable."""
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES)
