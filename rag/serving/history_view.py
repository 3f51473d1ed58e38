"""The list of kept conversations as HTML, and files made of them for the browser."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from rag.serving import texts
from rag.serving.conversations import Kept
from rag.serving.exporting import FORMATS
from rag.serving.rendering import element, escaped


def talks_html(listed: Sequence[Kept], current: str, words: str = "", *, is_editor: bool = True, stamp: int) -> str:
    """The conversations, the latest first, each with what can be done with it folded away.

    The browser shows what changes the library to editors only. The stamp, larger for what was looked up later, tells
    it when a list comes after a newer one: it asks for the list again.
    """
    alike = Counter((kept.title, _day(kept)) for kept in listed)
    items = (_talk(kept, kept.id == current, alike[kept.title, _day(kept)] > 1) for kept in listed)
    content = element("ul", "".join(items))
    if not listed:
        content = element("p", escaped(texts.NO_MATCHING_TALKS if words.strip() else texts.NO_TALKS), class_="none")
    about = {"data_current": current, "data_editor": "yes" if is_editor else "no"}
    return element("div", content, **about, data_stamp=stamp, data_words=words)


def _day(kept: Kept) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(kept.changed))


def _talk(kept: Kept, is_current: bool, has_double: bool) -> str:
    """One of the list; the time tells it from another of its title and day."""
    when = texts.worded_date(_day(kept)) + (f", {texts.worded_time(kept.changed)}" if has_double else "")
    title = element("span", escaped(kept.title), dir="auto") + element("small", escaped(when))
    current = {"aria_current": "true"} if is_current else {}
    opening = element("button", title, type="button", class_="reopen", data_act="open", data_id=kept.id, **current)
    return element("li", opening + _more(kept))


def _more(kept: Kept) -> str:
    acts = [("rename", texts.RENAME), ("forget", texts.DELETE)]
    buttons = [
        element("button", escaped(words), type="button", data_act=act, data_id=kept.id, data_title=kept.title)
        for act, words in acts
    ]
    buttons += [
        element(
            "button", escaped(texts.EXPORT_AS[kind]), type="button", data_act="export", data_id=kept.id, data_as=kind
        )
        for kind in FORMATS
    ]
    summary = element("summary", element("span", "⋯", aria_hidden="true"), aria_label=texts.more_for(kept.title))
    return element("details", summary + element("div", "".join(buttons), class_="menu-of"), class_="more")


def parcel_html(name: str, kind: str, content: str) -> str:
    """A file for the browser to save; it never lies on the server."""
    return element("pre", escaped(content), data_name=name, data_type=kind, data_stamp=time.monotonic_ns())
