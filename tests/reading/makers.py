"""Whole and broken files of each format, made here so that a test shows what it reads."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage

from docx import Document
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

WORDS = (
    "The harbour of Alba reopened after eleven days of fog, and the pilots left the quay for the ships that had lain "
    "at anchor before the breakwater. Captain Eva Lund said that nobody had seen so long a closure before. "
)
NEWS = WORDS + "Dredging goes on until the spring, said Omar Said of the harbour office, and costs nine million."


def web_page(body: str = f"<p>{WORDS}</p><p>{NEWS}</p>", head: str = "<title>Harbour reopens</title>") -> bytes:
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport pages</a></li></ul></nav>"
    foot = "<footer><p>All rights reserved by the Wheat Company</p></footer>"
    whole = f"<head><meta charset=utf-8>{head}</head><body>{menu}<article>{body}</article>{foot}</body>"
    return f"<!doctype html><html>{whole}</html>".encode()


def pdf(pages: Sequence[Sequence[str]], password: str = "", title: str = "") -> bytes:
    """Each page its lines, 14 points apart, what tabs part in columns; a blank line is a wider gap."""
    made = io.BytesIO()
    canvas = Canvas(made, encrypt=pdfencrypt.StandardEncryption(password) if password else None, pageCompression=0)
    canvas.setTitle(title)
    for lines in pages:
        for index, line in enumerate(lines):
            for column, cell in enumerate(line.split("\t")):
                canvas.drawString(72 + 130 * column, 770 - 14 * index, cell)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def wrapped(text: str, width: int = 80) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


def scanned_pdf() -> bytes:
    """A page that holds a picture and no letters."""
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def looping_pdf() -> bytes:
    """A page tree whose branch is its own root."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def nested_pdf(depth: int = 100_000) -> bytes:
    """Arrays in arrays in arrays."""
    return b"%PDF-1.4\n1 0 obj" + b"[" * depth + b"]" * depth + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def word(*blocks: tuple[str, object], title: str = "", author: str = "") -> bytes:
    """Blocks such as ("Heading 1", "Words"), ("List Bullet", "Words"), ("table", [["a", "b"]]) or ("", "Words")."""
    document = Document()
    document.core_properties.title, document.core_properties.author = title, author
    for style, content in blocks:
        if style == "table":
            table = document.add_table(len(content), len(content[0]))
            for row, cells in zip(table.rows, content, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words
        else:
            document.add_paragraph(content, style=style or None)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def word_with(body: bytes) -> bytes:
    """A Word document whose main part is these bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word(("", "x")))) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, body if name == "word/document.xml" else old.read(name))
    return made.getvalue()


def word_bomb(unfolded: int = 210_000_000) -> bytes:
    """Its main part unfolds to that many bytes; the headers say so, as a careless bomb's do."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(unfolded // 10_000_000):
            part.write(bytes(10_000_000))
    return made.getvalue()


def lying_word_bomb() -> bytes:
    """The same with headers that claim a small size."""
    bomb = word_bomb(30_000_000)
    return bomb.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000))


def entity_bomb() -> bytes:
    """Ten to the tenth laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return word_with(
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{levels}]><w:document xmlns:w="{space}"><w:body><w:p>'
        "<w:r><w:t>&l10;</w:t></w:r></w:p></w:body></w:document>".encode()
    )


def protected_word() -> bytes:
    """The beginning and the one name by which a protected document is told."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")


def picture() -> bytes:
    data = zlib.compress(bytes(4 * 4 * 3 + 4))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(data)) + b"IDAT" + data


def mail(plain: str | None = NEWS, page: bytes | None = None, attached: str | None = None, **headers: str) -> bytes:
    message = EmailMessage()
    given = {
        "Subject": "Harbour reopens",
        "From": "Eva Lund <eva@wheat.example>",
        "Date": "Mon, 22 Dec 2025 09:00:00 +0100",
    }
    for name, value in (given | headers).items():
        message[name] = value
    if plain is not None:
        message.set_content(plain)
    if page is not None:
        message.add_alternative(page.decode(), subtype="html")
    if attached is not None:
        message.add_attachment(b"PK", maintype="application", subtype="zip", filename=attached)
    return message.as_bytes()


def export(delimiter: str) -> bytes:
    """Three rows under a header."""
    rows = [["id", "title", "text"]] + [[str(number), "Harbour reopens", f'"{NEWS}"'] for number in range(3)]
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


WHOLE = {
    ".txt": f"Harbour reopens\n\n{NEWS}\n".encode(),
    ".md": f"# Harbour reopens\n\n{NEWS}\n".encode(),
    ".html": web_page(),
    ".pdf": pdf([wrapped(WORDS), wrapped(NEWS)]),
    ".docx": word(("Heading 1", "Harbour reopens"), ("", WORDS), ("", NEWS)),
    ".eml": mail(),
}
"""One file of each format that reads well."""

WHOLE_ROWS = {
    ".jsonl": "".join(json.dumps({"title": "Harbour reopens", "text": NEWS}) + "\n" for _ in range(3)).encode(),
    ".csv": export(","),
    ".tsv": export("\t"),
    ".mbox": b"".join(b"From eva@wheat.example Mon Dec 22 10:00:00 2025\n" + mail() + b"\n" for _ in range(3)),
}
"""The same of the formats that hold many articles."""

BROKEN: dict[str, dict[str, tuple[bytes, str]]] = {
    ".txt": {
        "empty": (b"", "it holds no text."),
        "nothing to see": ("\u200b\u200b \ufeff\u2060".encode(), "it holds no text."),
        "front matter alone": (b"---\ntitle: Harbour\n---\n", "it holds no text."),
        "binary": (bytes(range(256)) * 4, "it is binary data, not text."),
        "pdf": (pdf([["Words."]]), "its name ends in .txt, but it is a PDF."),
        "half a character": (NEWS.encode("utf-16")[:-1], "its text encoding is not one we know."),
    },
    ".md": {
        "blank": (b" \n\n ", "it holds no text."),
        "comment alone": (b"<!-- nothing -->\n", "it holds no text."),
        "rules alone": (b"---\n\n***\n", "it holds no text."),
        "picture": (picture(), "its name ends in .md, but it is a picture."),
        "compressed": (gzip.compress(NEWS.encode()), "its name ends in .md, but it is gzip-compressed data."),
        "web page": (web_page(), "its name ends in .md, but it is a web page."),
    },
    ".html": {
        "empty": (b"", "it holds no text."),
        "blank": (b" \n\n ", "it holds no text."),
        "picture": (picture(), "its name ends in .html, but it is a picture."),
        "binary": (bytes(range(256)) * 4, "it is binary data, not text."),
        "scripts alone": (
            b"<html><script>let a = 1</script><style>b{}</style></html>",
            "no article was found in the page.",
        ),
        "pdf": (pdf([["Words."]]), "its name ends in .html, but it is a PDF."),
    },
    ".pdf": {
        "empty": (b"", "it holds no text."),
        "web page": (web_page(), "its name ends in .pdf, but it is a web page."),
        "scan": (scanned_pdf(), "it holds no text, only pictures of pages; make them text with an OCR program first."),
        "protected": (pdf([["Words."]], "secret"), "it is protected by a password."),
        "loop": (looping_pdf(), "it is not a PDF, or a damaged one."),
        "nested": (nested_pdf(), "it is not a PDF, or a damaged one."),
    },
    ".docx": {
        "empty": (b"", "it holds no text."),
        "protected": (protected_word(), "it is protected by a password."),
        "bomb": (word_bomb(), "it unfolds to far more than a document holds."),
        "lying bomb": (lying_word_bomb(), "it is not a Word document, or a damaged one."),
        "entities": (entity_bomb(), "it is not a Word document, or a damaged one."),
        "cut off": (WHOLE[".docx"][:3000], "it is not a Word document, or a damaged one."),
    },
    ".eml": {
        "empty": (b"", "it holds no text."),
        "picture": (picture(), "its name ends in .eml, but it is a picture."),
        "no headers": (b"\n\n" + NEWS.encode(), "it is not a mail, or a damaged one."),
        "attachment alone": (mail(None, attached="a.zip"), "it holds no text, only attachments."),
        "headers alone": (b"Subject: x\nFrom: y@wheat.example\n\n", "it holds no text, only attachments."),
        "web page": (web_page(), "its name ends in .eml, but it is a web page."),
    },
}
"""By format and kind of damage: the bytes, and the whole reason that the report gives."""

BROKEN_ROWS: dict[str, dict[str, tuple[bytes, str]]] = {
    ".jsonl": {
        "empty": (b"", "it holds no rows."),
        "blank": (b"\n \n", "it holds no rows."),
        "one array": (b'[{"text": "a"}]\n', "no line holds a JSON object; line 1: it is not a JSON object."),
        "picture": (picture(), "no line holds a JSON object; line 1: it is not UTF-8 text, or longer than 50 MB."),
        "no text": (b'{"name": "a"}\n', "no column holds the text (text, body or content); its columns are 'name'."),
        "deep": (b"[" * 100_000, "no line holds a JSON object; line 1: it is nested too deeply."),
    },
    ".csv": {
        "empty": (b"", "it holds no rows."),
        "header alone": (b"title,text\n", "it holds no rows."),
        "binary": (bytes(range(256)) * 4, "it is binary data, not text."),
        "no text": (b"a,b\n1,2\n", "no column holds the text (text, body or content); its columns are 'a', 'b'."),
        "open quote": (b'id,text\n1,"a\n', "row 1 opens a quote that is never closed."),
        "spoilt header": (b'"a"b,text\n1,2\n', "its header is not well formed (',' expected after '\"')."),
    },
    ".tsv": {
        "empty": (b"", "it holds no rows."),
        "header alone": (b"title\ttext\n", "it holds no rows."),
        "picture": (picture(), "it is binary data, not text."),
        "no text": (b"a\tb\n1\t2\n", "no column holds the text (text, body or content); its columns are 'a', 'b'."),
        "commas": (b"id,text\n1,2\n", "no column holds the text (text, body or content); its columns are 'id,text'."),
        "open quote": (b'id\ttext\n1\t"a\n', "row 1 opens a quote that is never closed."),
    },
    ".mbox": {
        "empty": (b"", "it holds no rows."),
        "blank": (b"\n\n", "it holds no rows."),
        "text": (NEWS.encode(), "it holds no rows."),
        "picture": (picture(), "it holds no rows."),
        "one mail": (mail(), "it holds no rows."),
        "pdf": (pdf([["Words."]]), "it holds no rows."),
    },
}
"""The same of the formats that hold many articles."""
