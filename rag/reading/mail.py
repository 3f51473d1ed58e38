"""Saved mails → the stored form: subject, sender, day, and the words of the body."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from rag.core.errors import ReadingError
from rag.reading.cleaning import Cleaned, clean, visible
from rag.reading.draft import Draft, decoded
from rag.reading.frontmatter import FrontMatter
from rag.reading.webpage import read_page

_LEAST_SHARE = 0.5  # of the plain part's words: a page that holds fewer was not understood


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
    about = FrontMatter(title=_header(message, "subject"), date=_date(message), author=_sender(message))
    return Draft(text, about, left_out=(*left_out, *attachments), date_origin="mail header")


def mail_fields(data: bytes) -> dict[str, str]:
    """What one message of many says, by the facts of `rag.reading.columns.NAMES`."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    return {
        "id": _header(message, "message-id").strip(" <>"),
        "title": _header(message, "subject"),
        "date": _header(message, "date"),
        "author": _sender(message) or "",
        "text": _text(body) if body is not None else "",
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
    return clean(text) if text.strip() else None


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
    """The name before the address, or the address."""
    words = re.sub(r"\s*<[^<>]*>\s*$", "", _header(message, "from")).strip("\"' ")
    return words or None


def _date(message: EmailMessage) -> str | None:
    """The day on the sender's calendar."""
    try:
        return parsedate_to_datetime(_header(message, "date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
