"""A turn of the conversation → HTML: the answer with its markers and sources, or what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.answering.calls import Call
from rag.core.errors import CitewellError
from rag.core.types import Answer, Article, Citation, DateRange, Hit, describe, doubted
from rag.search.typed import respelt
from rag.serving import texts
from rag.serving.details import details_html
from rag.serving.rendering import (
    about,
    article_link,
    date_known,
    element,
    escaped,
    listing,
    outside_link,
    reference,
    words_of,
)
from rag.serving.saying import answer_text, opening

_COMMAND = re.compile(r"(?P<lead>(?:.*\s)?(?:Run|anew|Install it):\s+)(?P<command>\S.*)", re.DOTALL)
_LONGEST_ECHO = 1000  # characters of a question that are shown
_LONGEST_SNIPPET = 180  # characters of a passage under "Also found"
_MOST_BELOW = 6  # quotes that stand below an answer on a phone; more are folded

Shelf = Callable[[str], Article | None]
"""The article of a source, if it is still there."""


@dataclass(slots=True)
class Turn:
    """A question and what became of it so far."""

    question: str
    answer: Answer | None = None
    problem: CitewellError | None = None
    waiting_for: str = ""
    is_stopped: bool = False
    is_as_typed: bool = False
    """Searched for as it was typed, without what the conversation would fill in."""
    verdict: str = ""
    """`good` or `bad`, once the reader has judged the answer."""
    comment: str = ""
    notice: str = ""
    """What became of the turn beside its answer: that it could not be kept, say."""
    suggestions: tuple[str, ...] = ()
    is_at_any_time: bool = False
    """Searched without the days that the question names."""
    place: int | None = None
    """Where it is kept in its conversation; None until it is."""
    replaces: tuple[int, ...] = ()
    """The places of the turns that go once it is kept: it was asked in their stead."""
    call: Call = field(default_factory=Call, repr=False, compare=False)
    """Of the model that answers; stopped, it closes its connection."""

    def stop(self) -> None:
        """What has been said stands as it is; what was merely found for it goes."""
        if self.is_growing:
            self.is_stopped = True
            self.answer = self.answer if self.answer and self.answer.text else None

    @property
    def is_growing(self) -> bool:
        return self.state in ("waiting", "streaming")

    @property
    def state(self) -> str:
        if self.problem:
            return "problem"
        if self.is_stopped:
            return "stopped"
        if self.answer is None or not (self.answer.text or self.answer.is_final):
            return "waiting"
        return self.answer.status.replace("_", "-") if self.answer.is_final else "streaming"


def turn_html(turn: Turn, shelf: Shelf) -> str:
    """One question with its answer and its sources."""
    question = turn.question.strip()
    shown = question if len(question) <= _LONGEST_ECHO else question[:_LONGEST_ECHO] + "…"
    heading = element("h2", escaped(shown), class_="question", dir="auto", data_question=question)
    content = heading + _reply(turn) + _acts(turn) + _sources(turn, shelf) + _suggestions(turn)
    return element("section", content, class_="turn", data_state=turn.state)


def _acts(turn: Turn) -> str:
    """What can be done with a turn that is done: copy, ask again, edit, judge; and how it came about."""
    if turn.is_growing:
        return ""
    made = []
    if turn.answer and not turn.problem:
        made.append(_act("copy", texts.COPY, data_copy=copied(turn.answer), data_done=texts.COPIED))
    made.append(_act("again", texts.RETRY))
    made.append(_act("edit", texts.EDIT, data_label=texts.QUESTION_LABEL, data_ask_words=texts.ASK))
    if turn.answer and not turn.problem:
        for verdict, words in texts.VERDICTS.items():
            is_given = turn.verdict == verdict
            made.append(_act("judge", words, data_verdict=verdict, aria_pressed=str(is_given).lower()))
        if turn.verdict:
            made.append(_act("comment", texts.COMMENT, data_comment=turn.comment, data_label=texts.COMMENT_LABEL))
        made.append(details_html(turn.answer))
    return element("div", "".join(made), class_="acts")


def _act(name: str, words: str, **more: str) -> str:
    return element("button", escaped(words), type="button", data_act=name, **more)


def _suggestions(turn: Turn) -> str:
    if not turn.suggestions or turn.is_growing:
        return ""
    items = (
        element("li", element("button", escaped(words), type="button", data_ask=words)) for words in turn.suggestions
    )
    return element("ul", "".join(items), class_="examples next", aria_label=texts.SUGGESTIONS_LABEL)


def copied(answer: Answer) -> str:
    """An answer as plain text with what of it is in doubt, and its sources as footnotes."""
    sources = map(describe, answer.citations)
    return "\n\n".join(filter(None, [answer.text, "\n".join(doubted(answer)), "\n".join(sources)]))


def notes(turn: Turn) -> list[str]:
    """What is to be known of an answer beside its words."""
    said = turn.answer.notice if turn.answer else ""
    return [texts.on_page(note) for note in (said, texts.STOPPED if turn.is_stopped else "", turn.notice) if note]


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The plain texts of the turns that were answered, as the next question needs them."""
    messages = []
    for turn in turns:
        if turn.answer and turn.answer.text and not turn.problem:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer.text})
    return messages


def _reply(turn: Turn) -> str:
    if turn.problem:
        return problem_html(turn.problem)
    answer = turn.answer
    if answer is None:
        return _wait(turn)
    made = []
    if chips := _chips(answer, turn):
        made.append(element("p", chips, class_="aside chips"))
    if answer.is_final and not answer.is_answered:
        made.append(element("p", escaped(texts.NOT_FOUND), class_="label"))
    made.append(element("div", answer_text(answer), class_="answer") if answer.text else _wait(turn))
    made += [element("p", escaped(note), class_="aside") for note in notes(turn)]
    return "".join(made)


def _wait(turn: Turn) -> str:
    """What the turn waits for, or that nothing comes any more."""
    words = turn.waiting_for or texts.SEARCHING
    if turn.is_stopped:
        words = turn.notice or texts.STOPPED_BEFORE
    elif turn.answer:
        words = texts.WAITING_FOR_MODEL.format(backend=turn.answer.backend)
    return element("p", escaped(words), class_="wait")


def _chips(answer: Answer, turn: Turn) -> str:
    """What the question was taken to mean: its stand-alone form and its days; taking one away asks again without."""
    made = []
    searched, asked = (" ".join(question.split()) for question in (answer.standalone_question, turn.question))
    if not _says(asked, searched):
        words = texts.SEARCHED_FOR.format(question=answer.standalone_question)
        made.append(_chip("typed", words, texts.ASK_AS_TYPED, turn))
    if answer.date_range is not None and answer.date_range.words:
        made.append(_chip("any-time", _days(answer.date_range), texts.ASK_AT_ANY_TIME, turn))
    return "".join(made)


def _says(asked: str, searched: str) -> bool:
    """Whether the question, which may say more around it, says it, but for what was taken for a typing error."""
    words, count = asked.split(), len(searched.split())
    parts = (" ".join(words[start : start + count]) for start in range(len(words) - count + 1))
    return searched.lower() in asked.lower() or any(respelt(part, searched) for part in parts)


def _chip(name: str, words: str, removing: str, turn: Turn) -> str:
    content = element("span", escaped(words), dir="auto")
    if not turn.is_growing:
        content += _act(name, "×", aria_label=removing, title=removing)
    return element("span", content, class_="chip")


def _days(days: DateRange) -> str:
    """Whether articles of these days were demanded or preferred, and which days they are."""
    since, until = texts.worded_date(days.since), texts.worded_date(days.until)
    span = since if since == until else " – ".join(filter(None, (since, until)))
    form = texts.ONLY_DAYS if days.is_filter else texts.PREFERRED_DAYS
    if not (since and until):
        span = texts.DAYS_SINCE.format(day=since) if since else texts.DAYS_UNTIL.format(day=until)
    return form.format(words=days.words, days=span)


def problem_html(problem: CitewellError, label: str = texts.PROBLEM) -> str:
    """An error as a calm message with its next step; a command to run is set apart."""
    message, hint = texts.on_page(problem.message), texts.on_page(problem.hint)
    made = [element("p", escaped(label), class_="label"), element("p", escaped(message))]
    if command := _COMMAND.fullmatch(hint):
        made.append(element("p", escaped(command["lead"]) + element("code", escaped(command["command"]))))
    elif hint:
        made.append(element("p", escaped(hint)))
    return element("div", "".join(made), class_="problem", role="alert")


# Sources


def _sources(turn: Turn, shelf: Shelf) -> str:
    answer = turn.answer
    if answer is None or turn.problem:
        return ""
    count = len(answer.citations)
    listed = cards(answer.citations, shelf, answer.hits)
    if not answer.text:
        listed = _folded(texts.SHOW_FOUND, answer.hits, open="")
    if answer.is_final:
        listed += also_found(answer) if answer.is_answered else _nearest(answer, shelf)
    if not listed:
        return ""
    label = texts.SHOW_ONE_SOURCE if count == 1 else texts.SHOW_SOURCES.format(count=count)
    button = element("button", escaped(label if count else texts.SHOW_FOUND), type="button", class_="show-sources")
    if count > _MOST_BELOW:
        button += _act("unfold", label, class_="show-below", aria_expanded="false")
    return button + element("div", listed, class_="sources")


def cards(citations: Sequence[Citation], shelf: Shelf, hits: Sequence[Hit] = ()) -> str:
    """The cited articles, each with the words quoted from it, how its date is known and how many copies were found."""
    by_source: dict[str, list[Citation]] = {}
    for citation in citations:
        by_source.setdefault(citation.source, []).append(citation)
    return "".join(
        _card(quoted, shelf(source), max((hit.copies for hit in hits if hit.passage.source == source), default=1))
        for source, quoted in by_source.items()
    )


def _card(quoted: Sequence[Citation], article: Article | None, copies: int) -> str:
    first = quoted[0]
    facts = about(article.publisher if article else None, texts.also_in(copies), date=first.date)
    made = [
        element("h3", opening(first, element("span", escaped(first.title), dir="auto"), class_="open")),
        element("p", f"{facts} {outside_link(first.url, texts.ORIGINAL)}", class_="about"),
        *(_quote(citation) for citation in quoted),
        _changed(quoted, article),
        date_known(first.date_note),
    ]
    return element("article", "".join(made), class_="card")


def _changed(quoted: Sequence[Citation], article: Article | None) -> str:
    """A mark where the article no longer says, at that place, what was quoted from it."""
    if article is None:
        return element("p", escaped(texts.ARTICLE_GONE), class_="changed")
    if all(article.text[each.start : each.end] == each.quote for each in quoted):
        return ""
    return element("p", escaped(texts.SOURCE_CHANGED), class_="changed")


def _quote(citation: Citation) -> str:
    number = element("span", str(citation.number), class_="number") if citation.number else ""
    words = element("q", escaped(citation.quote.replace(" | ", " · ")), dir="auto")
    page = element("span", escaped(texts.PAGE.format(page=citation.page)), class_="page") if citation.page else ""
    return opening(citation, number + words + page, class_="open quote", data_number=citation.number)


def _nearest(answer: Answer, shelf: Shelf) -> str:
    """The words that come nearest, and the articles offered in place of an answer."""
    near = answer.nearest_words
    words = element("h3", escaped(texts.NEAREST_WORDS)) + cards([near], shelf, answer.hits) if near else ""
    others = [article for article in answer.nearest if near is None or article.source != near.source]
    items = (article_link(article.source, article.title, about(date=article.date)) for article in others)
    return words + (listing(texts.NEAREST, items) if others else "")


def also_found(answer: Answer) -> str:
    """The passages that were found and not cited, folded."""

    def is_cited(hit: Hit) -> bool:
        passage = hit.passage
        return any(
            citation.source == passage.source and citation.start < passage.end and passage.start < citation.end
            for citation in answer.citations
        )

    others = [hit for hit in answer.hits if not is_cited(hit)]
    return _folded(texts.ALSO_FOUND.format(count=len(others)), others)


def _folded(words: str, hits: Sequence[Hit], **attributes: str) -> str:
    """Hits under words that fold and unfold them; nothing where there are none."""
    listed = element("summary", escaped(words)) + element("ul", "".join(map(_found, hits)))
    return element("details", listed, **attributes) if hits else ""


def _found(hit: Hit) -> str:
    passage = hit.passage
    snippet = words_of(passage.text)
    if len(snippet) > _LONGEST_SNIPPET:
        snippet = snippet[:_LONGEST_SNIPPET].rsplit(" ", 1)[0] + " …"
    why = texts.FOUND_BY_BOTH if hit.words.rank and hit.vector.rank else texts.FOUND_BY_MEANING
    if hit.words.rank and not hit.vector.rank:
        why = texts.FOUND_BY_WORDS
    title = element("span", escaped(passage.title), dir="auto")
    link = reference(title, passage.source, passage.start, passage.end, passage.text, class_="open")
    page = texts.PAGE.format(page=passage.page) if passage.page else None
    facts = about(page, texts.also_in(hit.copies), date=passage.date) + " " + element("span", escaped(why))
    return element("li", link + element("p", escaped(snippet), dir="auto") + element("p", facts, class_="about"))
