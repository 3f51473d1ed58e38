"""Saved mails → the stored form: subject, sender, day, and the words of the body."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from itertools import groupby, pairwise, takewhile

from rag.core.errors import ReadingError
from rag.reading.bylines import is_person
from rag.reading.cleaning import Cleaned, clean, visible
from rag.reading.dates import named
from rag.reading.draft import Draft, decoded
from rag.reading.frontmatter import FrontMatter
from rag.reading.webpage import read_page

_LEAST_SHARE = 0.5  # of the plain part's words: a page that holds fewer was not understood
_QUOTED = re.compile(r"(?:> ?)+")
_SIGNATURE = "--"  # a line of its own above it
_FORWARDED = re.compile(
    r"-{2,} ?(?P<what>[^-]*\b(?:message|mail|Nachricht)\b[^-]*?) ?-{2,}$|"
    r"(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|"
    r"Début du message (?:transféré|réexpédié) ?):$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?P<name>From|Sent|Date|To|Cc|Reply-To|Subject|Von|Gesendet|Datum|An|Betreff|De|Envoyé|À|Objet|Enviado|Para|"
    r"Asunto) ?: (?P<value>.*)",
    re.IGNORECASE,
)
_FROM, _SENT = frozenset(("from", "von", "de")), frozenset("date sent datum gesendet envoyé enviado".split())
_LINK = re.compile(r"(?<=[^\s>]) ?[\[<]https?://[^\s\]<>]+[\]>]")  # behind the words that it is under
_FOR = re.compile(r"(?P<who>.+?) (?:from|at|via) (?P<what>[^\W\d_a-z].*)")
_FORWARDS = re.compile(r"(?:(?:fwd?|wg|tr|rv|enc)\s*:\s*)+", re.IGNORECASE)  # before a subject
# `On Wed, 9 Jul 2025 at 18:02, Eva Lund <eva@wheat.example> wrote:` above a quotation, in one line or wrapped.
_WROTE = re.compile(r"(?:.*\b(?:wrote|writes|schrieb|écrit|escribió|scritto|skrev)\b.*|.*<[^<>@\s]+@[^<>\s]+>.*):$")
_OPENS_WROTE = re.compile(r"(?:On|Am|Le|El|Il|Op|Den|Em)\b")
_LONGEST_WROTE = 3  # lines


def read_mail(data: bytes) -> Draft:
    """The HTML part as a web page; the plain part where there is no other, or where it says much more."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        raise ReadingError("it is not a mail, or a damaged one.")
    page = _page(message)
    plain = _plain(message)
    if page is None and plain is None:
        raise ReadingError("it holds no text, only attachments.")
    text, left_out = page or ("", ())
    if plain is not None and len(text.split()) < _LEAST_SHARE * len(plain.text.split()):
        text, left_out = plain.text, plain.left_out
    attachments = tuple(
        f"attachment: {visible(part.get_filename() or 'without a name')}" for part in message.iter_attachments()
    )
    subject = _header(message, "subject")
    date, sender = _date(message), _header(message, "from")
    if opening := _FORWARDS.match(subject):
        subject = subject[opening.end() :]
        part = message.get_body(("plain",))
        date, sender = _of_forwarded(_text(part) if part is not None else "", date, sender)
    author, publisher = _parted(_named(sender))
    about = FrontMatter(title=subject, date=date, author=author, publisher=publisher)
    return Draft(text, about, left_out=(*left_out, *attachments), date_origin="mail header")


def mail_fields(data: bytes) -> dict[str, str]:
    """What one message of many says, by the facts of `rag.reading.columns.NAMES`."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    text = _text(body) if body is not None else ""
    if body is not None and body.get_content_type() == "text/plain":
        # A mailbox writes a line that begins with `From ` so.
        text = _in_sections(re.sub(r"^>(?=>*From )", "", text, flags=re.MULTILINE), _sender(message))
    return {
        "id": _header(message, "message-id").strip(" <>"),
        "title": _header(message, "subject"),
        "date": _header(message, "date"),
        "author": _sender(message) or "",
        "text": text,
    }


def _page(message: EmailMessage) -> tuple[str, tuple[str, ...]] | None:
    part = message.get_body(("html",))
    if part is None:
        return None
    try:
        draft = read_page(_payload(part))
    except ReadingError:
        return None
    return draft.text, draft.left_out


def _plain(message: EmailMessage) -> Cleaned | None:
    part = message.get_body(("plain",))
    text = _text(part) if part is not None else ""
    return clean(_in_sections(_LINK.sub("", text), _sender(message))) if text.strip() else None


def _in_sections(text: str, sender: str | None) -> str:
    """The plain part with whatever others wrote under a heading that says who did, and signatures apart."""
    lines: list[str] = []
    speakers = {0: sender or ""}
    heading, last = speakers[0], 0
    for depth, group in groupby(text.split("\n"), _depth):
        words = [_QUOTED.sub("", line, count=1) if depth else line for line in group]
        if not any(word.strip() for word in words):
            lines += words
            continue
        if depth > last:
            speakers[depth] = _taken_off(lines)
        speaker = speakers.get(depth, "")
        if depth and not speaker:
            words[0] = f"> {words[0]}"
        elif speaker and speaker != heading:
            lines += ["", f"## {speaker}"]
            heading = speaker
        lines += ["", *_apart(words)] if depth != last else _apart(words)
        last = depth
    return "\n".join(lines)


def _depth(line: str) -> int:
    """How often it is quoted."""
    quoted = _QUOTED.match(line)
    return quoted.group().count(">") if quoted else 0


def _taken_off(lines: list[str]) -> str:
    """What says at the end of the lines who wrote what is quoted next, taken off them; nothing where it does not."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for start in range(max(end - _LONGEST_WROTE, 0), end):
        said = " ".join(line.strip() for line in lines[start:end])
        if _WROTE.fullmatch(said) and (_OPENS_WROTE.match(said) or start == end - 1):
            del lines[start:]
            return said.removesuffix(":")
    return ""


def _apart(lines: list[str]) -> Iterator[str]:
    """The lines without the one above a signature; with headings above what was forwarded, and its header as a list."""
    is_header = False
    for line in lines:
        if line.rstrip() == _SIGNATURE:
            yield ""
        elif forwarded := _FORWARDED.match(line.strip()):
            yield from ("", f"## {(forwarded['what'] or 'Forwarded message').strip()}", "")
            is_header = True
        elif is_header and _HEADER.match(line):
            yield f"- {line}"
        else:
            is_header = is_header and not line.strip()
            yield line


def _text(part: MIMEPart) -> str:
    """The part's words, also where its charset is none or not its own."""
    data = _payload(part)
    try:
        return visible(data.decode(part.get_content_charset() or ""))
    except (LookupError, UnicodeDecodeError):
        return decoded(data)


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header(message: EmailMessage, name: str) -> str:
    """The header's words; nothing where there is none, or none that can be taken apart."""
    try:
        return " ".join(visible(str(message.get(name, ""))).split())
    except Exception:  # noqa: BLE001 - the parser raises whatever it likes on broken headers
        return ""


def _sender(message: EmailMessage) -> str | None:
    return _named(_header(message, "from"))


def _named(sender: str) -> str | None:
    """The name before the address, or the address."""
    words = re.sub(r"\s*<[^<>]*>\s*$", "", sender).strip("\"' ")
    return words or None


def _parted(sender: str | None) -> tuple[str | None, str | None]:
    """Who wrote it and for what, of `Nadia Kessler from The Ledger Line`."""
    found = _FOR.fullmatch(sender or "")
    return (found["who"], found["what"]) if found and is_person(found["who"]) else (sender, None)


def _of_forwarded(text: str, date: str | None, sender: str) -> tuple[str | None, str]:
    """The day and the sender of the mail that was forwarded, where it is the longer part and its header says them."""
    lines = text.split("\n")
    begins = [place for place, (line, below) in enumerate(pairwise(lines)) if _is_from(line) and _HEADER.match(below)]
    if not begins or 2 * sum(map(len, lines[: begins[0]])) > len(text):
        return date, sender
    header = takewhile(bool, map(_HEADER.match, lines[begins[0] :]))
    said = {line["name"].casefold(): line["value"] for line in header if line}
    days = (named(value, dt.date.today()) for name, value in said.items() if name in _SENT)
    day = next(filter(None, days), None)
    return (day.date if day else date), next((value for name, value in said.items() if name in _FROM), sender)


def _is_from(line: str) -> bool:
    header = _HEADER.match(line)
    return header is not None and header["name"].casefold() in _FROM


def _date(message: EmailMessage) -> str | None:
    """The day on the sender's calendar."""
    try:
        return parsedate_to_datetime(_header(message, "date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
