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


# Of these there is never one in place of another. Inverses are left out: to be someone's father is to have a son.
_KINDS = tuple(
    frozenset(kinds.split())
    for kinds in (
        "foreign defence interior finance trade energy health education agriculture justice culture transport labour "
        "environment",
        "mother father",
        "brother sister",
        "son daughter",
        "uncle aunt",
        "nephew niece",
        "grandfather grandmother",
        "grandson granddaughter",
        "spring summer autumn winter",
        "upper lower",
    )
)
_AS_SPELT_HERE = {"defense": "defence", "labor": "labour", "fall": "autumn"}


def as_spelt_here(word: str) -> str:
    """The British form of the words below."""
    return _AS_SPELT_HERE.get(word, word)


def are_contrary(one: str, other: str) -> bool:
    """Whether what is the one is not the other: opposites, and kinds that exclude each other."""
    one, other = as_spelt_here(one), as_spelt_here(other)
    return one != other and (are_opposite(one, other) or any(one in kind and other in kind for kind in _KINDS))


def _is_negated_form(one: str, other: str) -> bool:
    """Possible and impossible, able and unable."""
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES)
