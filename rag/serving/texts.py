"""Every word the page shows, in one place, ready for translation."""

from __future__ import annotations

import re
import time

from rag.search.asking import LONGEST_QUESTION

NAME = "Citewell"
PURPOSE = "Answers that show the words they rest on."
INVITATION = "What would you like to know?"

QUESTION_LABEL = "Your question"
QUESTION_HINT = "Ask a question"
SKIP = "Skip to the question"
ASK = "Ask"
STOP = "Stop"
NEW_CONVERSATION = "New conversation"
BACKEND_LABEL = "Answered by"
BACKEND_STATES = {"needs a package": "needs a package", "needs a key": "needs a key", "not running": "not running"}
EXAMPLES_LABEL = "Questions to begin with"
PANEL_LABEL = "Sources"
ARTICLE_LABEL = "The article as it was read"

SERVING = "The chat page is at {address} (Ctrl+C ends it)."
OPENING = "Opening the library…"
LOADING_MODEL = "Loading the language model of the library…"
FINDING_ARTICLES = "Reading the articles in {folder}…"
READING_ARTICLES = "Reading articles, {done} of {total}: {source}"
FILES_FAILED = "{count} of the files could not be read: {sources}."
WAITING_NOTE = "You can already ask; the answer comes as soon as this is done."

SEARCHING = "Searching the articles…"
WAITING_FOR_MODEL = "Waiting for {backend}…"
SEARCHED_FOR = "Searched for: {question}"
STOPPED = "Stopped here. What stands above is not checked."
STOPPED_BEFORE = "Stopped before there was an answer."
BROKEN_OFF = "This answer was broken off."
NOT_FOUND = "Not in the articles"
NEAREST_WORDS = "What comes nearest"
NEAREST = "Nearest articles"
TELL_MORE = "Tell me more"
PROBLEM = "This did not work"
UNFORESEEN = "Something happened that the program did not foresee."
UNFORESEEN_HINT = "Ask again; what went wrong is written in the terminal it runs in."
BACKEND_KEPT = "Still answering with {backend}."
BACKEND_CHANGED = "Now answering with {backend}."
BACKEND_GONE = "{backend}, chosen here before, cannot answer now ({reason}): {own} does."
BACKEND_LACKING = "{backend} is chosen, but cannot answer now: {state}."

ARTICLES = "Articles in this library"
ARTICLES_FIRST = "The first {count} of {total} articles"
NO_SOURCES = "The words that an answer rests on appear here."
SHOW_SOURCES = "{count} quotes"
SHOW_ONE_SOURCE = "1 quote"
SHOW_FOUND = "What was found"
ALSO_FOUND = "Also found, not cited ({count})"
FOUND_BY_BOTH = "by its words and its meaning"
FOUND_BY_WORDS = "by its words"
FOUND_BY_MEANING = "by its meaning"
OPEN_SOURCE = "Source {number}: {title}. Read it in the article."

SUPPORT = {"weak": "weakly supported", "unsupported": "not supported"}
SUPPORT_REASON = {
    "weak": "The cited words bear this out only in part.",
    "unsupported": "No cited words bear this out.",
}

CLOSE_ARTICLE = "Back to the sources"
CLOSE_KEY = "Esc"
EARLIER_QUOTE = "Previous quote"
LATER_QUOTE = "Next quote"
ORIGINAL = "Original"
PAGE = "p.\N{NO-BREAK SPACE}{page}"
DATE_UNKNOWN = "date not known"
DATE_KNOWN = "Date: {how}"
LEFT_OUT = "Left out while reading ({count})"
ARTICLE_GONE = "This article is no longer in the library."
SOURCE_CHANGED = "This article has changed since it was quoted."
QUOTE_MOVED = "The article has changed since; the quoted words now stand here."
QUOTE_GONE = "The article has changed since: the quoted words are no longer in it."
SIGNED_OUT = "You have been signed out. What you typed is kept."
SIGN_IN = "Sign in again"
ELSEWHERE = "The page does not reach its program. Behind a path, whoever runs it names that in GRADIO_ROOT_PATH."
TOO_LONG = f"This is longer than a question may be: {LONGEST_QUESTION:,} characters."
CONNECTION_LOST = "The page has lost its program. Start it again and reload this page."

CLOSE = "Close"
MENU = "Conversations and articles"
TALKS = "Conversations"
ALL_ARTICLES = "Articles"
SEARCH_TALKS = "Search conversations"
SEARCH_ARTICLES = "Search articles"
NO_TALKS = "What you ask is kept here."
NO_MATCHING_TALKS = "No conversation holds these words."
NO_ARTICLES = "No articles yet. Add files, or put them into the articles folder and sync."
NO_ARTICLES_TITLE = "There are no articles yet"
NO_ARTICLES_STEPS = "Add files ({kinds}), or put them into the folder “{folder}” and choose “Sync folder”."
NO_ARTICLES_HINT = "Add files under “Articles”, or put them into the articles folder and sync there."
NO_MATCHING_ARTICLES = "No article has these words in its title, source or publisher."
RENAME = "Rename"
NEW_TITLE = "New title"
DELETE = "Delete"
DELETE_SURE = "Delete for good"
EXPORT_AS = {"md": "Export as Markdown", "html": "Export as HTML", "json": "Export as JSON"}
EXPORT_JUDGED = "Export judged answers"
NO_JUDGED = "No answer has been judged yet."
NO_SUCH_TALK = "There is no such conversation."
NOT_KEPT = "This turn could not be kept: {reason}"

COPY = "Copy"
COPIED = "Copied"
RETRY = "Ask again"
EDIT = "Edit"
VERDICTS = {"good": "Helpful", "bad": "Not helpful"}
COMMENT = "Comment"
COMMENT_LABEL = "What was good or wrong about it"
SAVE = "Save"
CANCEL = "Cancel"
ASK_AS_TYPED = "Ask again with the question as typed"
ASK_AT_ANY_TIME = "Ask again without looking at days"
ONLY_DAYS = "Only “{words}”: {days}"
PREFERRED_DAYS = "Preferring “{words}”: {days}"
DAYS_SINCE = "from {day}"
DAYS_UNTIL = "until {day}"
SUGGESTIONS_LABEL = "Questions to go on with"
TOOK = "{seconds} s"
STAGES = {
    "opening": "Opening the library, s",
    "waiting": "Waiting for others, s",
    "remembered": "Remembering, s",
    "question": "Wording the question, s",
    "search": "Searching, s",
    "evidence": "Weighing, s",
    "answer": "Answering, s",
}
TOKENS_IN = "Tokens read"
TOKENS_OUT = "Tokens written"
FIRST_PIECE = "First piece, s"
PIECES_A_SECOND = "Pieces a second"
COST = "Cost"
TOO_FAST = "Too many questions in a short time."
TOO_FAST_HINT = "Ask again in {seconds} seconds."

TICK = "Ask this article"
ASK_ALL = "Ask all articles"
TICK_HINT = "Tick articles to ask only these; with none ticked, all are asked."
TICKED_GONE = "None of the ticked articles is in the library any more."
TICKED_GONE_HINT = "Tick others, or ask all articles."
SORT_LABEL = "Order"
SORTS = {"newest": "Newest first", "oldest": "Oldest first", "title": "By title", "source": "By file"}
ADD = "Add files"
SYNC = "Sync folder"
GUIDE = "Guide"
MAY_NOT_CHANGE = "Only those who may change the library can do this."
MAY_NOT_CHANGE_HINT = "Whoever runs the page names them in RAG_EDITORS."
REMOVE = "Remove"
REMOVE_SURE = "Remove its file"
NOT_REMOVED = "{source} could not be removed: {reason}."
NO_FILE_OF_ITS_OWN = "{source} has no file of its own in the folder of articles."
NO_FILE_HINT = "Change the file it comes from, then sync."
UNREADABLE_KIND = "Files of this kind cannot be read."
READABLE_KINDS = "These can: {kinds}."
TOO_LARGE = "{name} is larger than {megabytes} MB: it was left out."
NOT_SAVED = "It could not be saved: {reason}."
NOT_KEPT_FILE = "It was not kept."
SAVED = "is saved in the folder of articles; the next sync takes it into the library."
ADDED = "is in the library now."
UNCHANGED = "was there already."
USER_WRITTEN = "{name!r} can use the page with: {command}"
LOGIN = "Sign in to read and ask."

MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)

_TOLD_DATE = re.compile(
    r"(” \(|\[\d\] \(|” is dated |As of |they are dated )(\d{4}(?:-\d\d){0,2}(?: to \d{4}(?:-\d\d){0,2})?)\b"
)

# What is worded for a terminal elsewhere, and what would be said twice or run together.
_ON_PAGE = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"run the command again", "try again"),
        (r"use --llm extractive", "choose “extractive” at the top"),
        (r"Name a folder that does", "Put some into it"),
        (r"( failed: )(.{4,160}?)(?: \2)+(?=\s|$)", r"\1\2"),
        (r"(?<![.!?]) (?=Ask again|The articles are quoted instead)", ". "),
    )
)


def on_page(words: str) -> str:
    """What a terminal is told too, in words for somebody who has only the page."""
    for pattern, instead in _ON_PAGE:
        words = pattern.sub(instead, words)
    return dates_worded(words)


def dates_worded(words: str) -> str:
    """The dates that we tell of articles as their cards say them; other numbers, an article's too, stay as they are."""
    return _TOLD_DATE.sub(lambda told: told[1] + " to ".join(map(worded_date, told[2].split(" to "))), words)


def article_count(count: int) -> str:
    """`1 article`, `4 articles`."""
    return "1 article" if count == 1 else f"{count:,} articles"


def show_more(count: int, rest: int) -> str:
    """What stands on the button that shows so many of the rest."""
    return f"Show {count:,} more" + (f" of {rest:,}" if rest > count else "")


def passage_count(count: int) -> str:
    """`1 passage`, `12 passages`."""
    return "1\N{NO-BREAK SPACE}passage" if count == 1 else f"{count:,}\N{NO-BREAK SPACE}passages"


def remove_sure(file: str, count: int) -> str:
    """What stands on the button that removes an article whose file holds more of them."""
    return f"Remove {file} with its {article_count(count)}"


def removed(name: str, count: int) -> str:
    """What is said once a file is removed that held so many articles."""
    gone = f"{name} is" if count == 1 else f"{name} and its {article_count(count)} are"
    return f"{gone} no longer in the library. The file lies in the folder removed/ of the library."


def asks_only(count: int) -> str:
    """What stands above the question where not all articles are asked."""
    return f"Asking only {article_count(count)}"


def asked_of(count: int) -> str:
    """What an answer says that was asked of some articles only."""
    return f"Asked only {article_count(count)}, as ticked in the list."


def worded_time(seconds: float) -> str:
    """The hour and minute here, of seconds since 1970."""
    return time.strftime("%H:%M", time.localtime(seconds))


def more_for(title: str) -> str:
    """What the small menu of a conversation is called."""
    return f"More for {title}"


def seconds(value: float) -> str:
    """Seconds, as precise as is worth reading."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def synced(added: int, updated: int, removed: int) -> str:
    """What a sync did, in one sentence."""
    if not added + updated + removed:
        return "The library already says what the folder says."
    return f"Synced: {added} added, {updated} updated, {removed} removed."


def also_in(copies: int) -> str:
    """How many other articles say the same; nothing where none does."""
    return "" if copies == 1 else f"also in {copies - 1} other article{'s' if copies > 2 else ''}"


def worded_date(date: str | None) -> str:
    """An ISO date, as precise as it is: `22 December 2025`, `November 2013`, `2013`."""
    parts = (date or "").split("-")
    if not all(part.isdecimal() for part in parts) or not 1 <= len(parts) <= 3:
        return date or ""
    year, *rest = parts
    if rest and not 1 <= int(rest[0]) <= 12:
        return date or ""
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) == 2 else []
    return "\N{NO-BREAK SPACE}".join([*day, *month, year])


def example_question(topic: str) -> str:
    """A question about a name that the library's own articles use."""
    return f"What do the articles say about {'the ' if topic.startswith('United ') else ''}{topic}?"


def example_title(title: str) -> str:
    """A question about an article of which nothing but the title is known."""
    return f"What does “{title}” say?"
