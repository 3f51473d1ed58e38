"""What a format's reader takes from a file, and bytes as text: what all readers share."""

from __future__ import annotations

from dataclasses import dataclass

from rag.core.errors import ReadingError
from rag.reading.cleaning import visible
from rag.reading.frontmatter import FrontMatter


@dataclass(frozen=True, slots=True)
class Draft:
    """The rest of an Article is the same for every format."""

    text: str
    """In the grammar of `rag.reading.outline`."""
    about: FrontMatter = FrontMatter()
    publisher: str | None = None
    left_out: tuple[str, ...] = ()


def decoded(data: bytes) -> str:
    """The bytes as text: by byte-order mark, as UTF-8, else by a guess; binary data is refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:8192]:
        raise ReadingError("it is binary data, not text.")
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(guessed_encoding(data), errors="replace")
    return visible(text)


def guessed_encoding(data: bytes) -> str:
    """The likely encoding of text that is not UTF-8."""
    # Only files in an old encoding need the guess.
    from charset_normalizer import from_bytes

    guesses = from_bytes(data)
    # Western text fits many code pages; the common one is the likely one.
    if any("cp1252" in guess.could_be_from_charset for guess in guesses):
        return "cp1252"
    guess = guesses.best()
    if guess is None:
        raise ReadingError("its text encoding is not one we know.")
    return guess.encoding
