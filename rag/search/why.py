"""Why a passage was found, in words for the reader."""

from __future__ import annotations

from rag.core.types import Found, Hit
from rag.library.names import name_keys
from rag.library.words import content_words, terms


def explained(question: str, hit: Hit, rank: int) -> str:
    """Its rank and score in each search and in the fusion, how closely it follows the question, what words it holds."""
    near = "not looked at" if hit.closeness is None else f"{hit.closeness:.2f}"
    held = words_held(question, hit)
    parts = [
        f"rank {rank} with {hit.score:.3f}",
        f"meaning {_ranked(hit.vector, 3)}",
        f"words {_ranked(hit.words, 2)}",
        f"closeness {near}",
        *([] if hit.by_word is None else [f"word by word {hit.by_word:.2f}"]),
        *([] if hit.reranked is None else [f"cross-encoder {hit.reranked:.3f}"]),
        f"holds {', '.join(held)}" if held else "holds none of the words",
    ]
    return "; ".join(parts)


def words_held(question: str, hit: Hit) -> list[str]:
    """The question's words that the passage, its heading or its title holds, names by their sound too."""
    text = f"{hit.passage.title}\n{hit.passage.section}\n{hit.passage.text}"
    stems, sounds = set(terms(text)), {key for _, key in name_keys(text)}
    asked = {word: key for word, key in name_keys(question) if word in question}
    return [
        word for word in content_words(question) if set(terms(word)) & stems or asked.get(word, "") in sounds - {""}
    ]


def _ranked(found: Found, digits: int) -> str:
    place = f"rank {found.rank}" if found.rank is not None else "not listed"
    return f"{place} ({found.score:.{digits}f})"
