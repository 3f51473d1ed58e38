"""What a format's reader takes from a file, and bytes as text: what all readers share."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from rag.core.errors import ReadingError
from rag.core.types import DateOrigin
from rag.reading.cleaning import visible
from rag.reading.frontmatter import FrontMatter

_DECLARED = re.compile(
    rb"(?:charset\s*=|<\?xml[^>]{0,60}encoding\s*=)\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The rest of an Article is the same for every format."""

    text: str
    """In the grammar of `rag.reading.outline`."""
    about: FrontMatter = FrontMatter()
    publisher: str | None = None
    left_out: tuple[str, ...] = ()
    date_origin: DateOrigin = "front matter"
    """Where `about.date` was found, if it has one."""
    page_starts: tuple[int, ...] = ()
    """Where each page begins in the text, for a file that has pages."""


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


def decoded_page(data: bytes) -> str:
    """The bytes of a web page as text: as UTF-8 if they are, else as the page declares, else by a guess."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Pages that say one encoding and are UTF-8 all the same are common; the reverse hardly happens by chance.
        try:
            return visible(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            if match := _DECLARED.search(data[:4096]):
                return visible(data.decode(_codec(match[1].decode("ascii")), errors="replace"))
    return decoded(data)


def _codec(name: str) -> str:
    """Browsers read Latin-1 as Windows-1252, and so did the page's writer; so is a name that nobody knows."""
    try:
        found = codecs.lookup(name)
    except LookupError:
        return "cp1252"
    # Encodings that are not of text (base64, zip) have names too.
    is_latin = found.name in ("iso8859-1", "ascii") or not found._is_text_encoding
    return "cp1252" if is_latin or found.name.startswith("utf-8") else found.name


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
