"""The library as the page shows it: its articles, a short guide to each, what is added and removed."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import Empty, Queue
from threading import Thread

import numpy as np

from rag.core.errors import CitewellError, FolderError, StorageError
from rag.core.types import Article, SyncReport
from rag.library.sync import Progress
from rag.reading.articles import holds_many
from rag.reading.sentences import sentence_spans
from rag.search.library import Library
from rag.serving import texts
from rag.serving.opening import topics
from rag.serving.rendering import about, element, escaped, left_out, reference
from rag.serving.turns import problem_html
from rag.serving.uploads import done, failed, results, save, summary

SORTS = ("newest", "oldest", "title", "source")
_SHOWN_AT_ONCE = 100
_GUIDE_SENTENCES, _GUIDE_QUESTIONS = 3, 3
_SHORTEST, _LONGEST = 40, 320  # characters of a sentence that can stand alone
_LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class _Listed:
    source: str
    title: str
    date: str | None
    publisher: str | None
    file: str
    """The name of its file, which holds so many articles."""
    in_file: int


class LibraryView:
    """One for the whole page."""

    def __init__(self, library: Library, articles: Path) -> None:
        self._library = library
        self._articles = articles
        self._seen: tuple[int, list[_Listed]] | None = None

    # What is there

    def listed(self, words: str = "", sort: str = SORTS[0], most: int = _SHOWN_AT_ONCE) -> str:
        """The first articles that hold the words in title, source or publisher, sorted, as HTML.

        It says what it was made for: the browser asks for the list again where that is no longer what stands there.
        """
        every = self._every()
        wanted = words.casefold().split()
        found = [each for each in every if all(word in _searched(each) for word in wanted)]
        found = _sorted(found, sort)
        made = []
        if found:
            made.append(element("p", escaped(texts.TICK_HINT), class_="tick-hint"))
            made.append(element("ul", "".join(map(self._row, found[:most]))))
        else:
            made.append(
                element("p", escaped(texts.NO_MATCHING_ARTICLES if every else texts.NO_ARTICLES), class_="none")
            )
        if (rest := len(found) - most) > 0:
            more = texts.show_more(min(rest, _SHOWN_AT_ONCE), rest)
            shown: dict[str, str | int] = {
                "data_act": "more-articles",
                "data_most": most + _SHOWN_AT_ONCE,
                "data_shown": most,
            }
            made.append(element("button", escaped(more), type="button", class_="more-rows", **shown))
        asked: dict[str, str | int] = {"data_words": words, "data_sort": sort or SORTS[0], "data_count": len(every)}
        return element("div", "".join(made), data_stamp=time.time_ns(), **asked)

    def has(self, source: str) -> bool:
        """Whether there is an article of this source."""
        return self._library.article(source) is not None

    def _every(self) -> list[_Listed]:
        try:
            if self._library.is_empty:
                return []
            change = self._library.catalogue.change
        except StorageError:  # it is being made just now
            return []
        if self._seen is None or self._seen[0] != change:
            files = self._files()
            rows = [
                _Listed(each.source, each.title, each.date, each.publisher, *files.get(each.source, ("", 1)))
                for each in self._library.articles()
            ]
            self._seen = (change, rows)
        return self._seen[1]

    def _files(self) -> dict[str, tuple[str, int]]:
        """Of each source, the name of its file and how many articles that holds."""
        catalogue = self._library.catalogue
        found: dict[str, tuple[str, int]] = {}
        for key in catalogue.folders():
            paths = {each.source: _file_path(each.path) for each in catalogue.filed(key).values()}
            counts = Counter(paths.values())
            found |= {source: (PurePosixPath(path).name, counts[path]) for source, path in paths.items()}
        return found

    def _row(self, listed: _Listed) -> str:
        title = element("span", escaped(listed.title), dir="auto")
        link = reference(title, listed.source, 0, 0, "", class_="open")
        count = texts.passage_count(len(self._library.catalogue.passages_of(listed.source)))
        facts = element("p", about(listed.publisher, count, date=listed.date), class_="about")
        source = element("p", escaped(listed.source), class_="source", dir="ltr")
        asked = {"type": "button", "data_source": listed.source}
        buttons = element("button", escaped(texts.GUIDE), data_act="guide", aria_expanded="false", **asked)
        remove = element(
            "button",
            escaped(texts.REMOVE),
            data_act="remove",
            data_sure=texts.REMOVE_SURE if listed.in_file == 1 else texts.remove_sure(listed.file, listed.in_file),
            data_title=listed.title,
            **asked,
        )
        acts = element("div", buttons + remove, class_="row-acts")
        label = f"{texts.TICK}: {listed.title}"
        tick = element("input", "", type="checkbox", data_tick=listed.source, aria_label=label).removesuffix("</input>")
        return element("li", tick + element("div", link + facts + source + acts), class_="shelved")

    def guide(self, source: str) -> str:
        """An article's weightiest sentences, word for word, and questions about what it speaks of most."""
        article = self._library.article(source)
        if article is None:
            return element("p", escaped(texts.ARTICLE_GONE), class_="none")
        lines = [
            element(
                "li",
                reference(
                    element("q", escaped(article.text[start:end]), dir="auto"),
                    source,
                    start,
                    end,
                    article.text[start:end],
                ),
            )
            for start, end in self._weightiest(article)
        ]
        asked = [texts.example_question(topic) for topic in topics(article)[:_GUIDE_QUESTIONS]]
        questions = [element("li", element("button", escaped(words), type="button", data_ask=words)) for words in asked]
        made = [element("ul", "".join(lines), class_="weightiest") if lines else ""]
        made.append(element("ul", "".join(questions), class_="examples") if questions else "")
        return element("div", "".join(made) + left_out(article), class_="guide")

    def _weightiest(self, article: Article) -> list[tuple[int, int]]:
        """Sentences of the passages nearest to what the article says on the whole, in the order of the text."""
        catalogue = self._library.catalogue
        passages = catalogue.passages_of(article.source)
        vectors = catalogue.vectors([passage.id for passage in passages])
        there = [passage for passage in passages if passage.id in vectors]
        if not there:
            return []
        middle = np.mean([vectors[passage.id] for passage in there], axis=0)
        ranked = sorted(there, key=lambda passage: -float(np.dot(middle, vectors[passage.id])))
        chosen: list[tuple[int, int]] = []
        for passage in ranked:
            spans = [(passage.start + start, passage.start + end) for start, end in sentence_spans(passage.text)]
            fit = [
                span
                for span in spans
                if _SHORTEST <= span[1] - span[0] <= _LONGEST and "\n" not in article.text[slice(*span)]
            ]
            fit = [span for span in fit if article.text[span[1] - 1] in '.!?”"' and span not in chosen]
            if fit:
                chosen.append(fit[0])
            if len(chosen) == _GUIDE_SENTENCES:
                break
        return sorted(chosen)

    # Changes: all of them through the same sync as ingest.py, under its lock

    @property
    def folder(self) -> Path:
        """Where uploads are saved: the folder of the settings, or the library's own where it came from another."""
        folders = self._library.folders()
        own = self._articles.resolve()
        return own if own in folders or not folders else folders[0]

    def add(self, files: Sequence[Path]) -> Iterator[str]:
        """Save uploaded files among the articles and sync; yields what is being done, then the result of each."""
        saved, lines = save(files, self.folder)
        if not saved:
            yield results(lines)
            return
        doing = ""
        for step in self._synced():
            if isinstance(step, SyncReport):
                yield results([*lines, *self._taken_in(saved, step)])
                return
            yield (doing := step)
        yield doing + results([*lines, *(done(name, texts.SAVED) for name in saved)])

    def _taken_in(self, saved: Mapping[str, bool], report: SyncReport) -> Iterator[str]:
        """What became of each saved file; one that could not be read goes again, unless it lay there before."""
        reasons = {failure.source: failure.reason for failure in report.failed}
        changed = self._paths_of({*report.added, *report.updated})
        for name, lay_there in saved.items():
            is_new = any(path == name or path.startswith(f"{name}#") for path in changed)
            if name not in reasons or is_new:
                yield done(name, texts.ADDED if is_new else texts.UNCHANGED)
            elif lay_there:
                yield failed(name, reasons[name])
            else:
                (self.folder / name).unlink(missing_ok=True)
                yield failed(name, f"{reasons[name]} {texts.NOT_KEPT_FILE}")

    def _paths_of(self, sources: set[str]) -> list[str]:
        """Where in their folders articles lie: a source has its folder's name before it where another has the same."""
        catalogue = self._library.catalogue
        filed = (each for key in catalogue.folders() for each in catalogue.filed(key).values())
        return [each.path for each in filed if each.source in sources]

    def sync(self) -> Iterator[str]:
        """Make the library say what its folder says; yields what is being done, then what was done."""
        for step in self._synced():
            if isinstance(step, SyncReport):
                yield summary(step)
                if step.failed:
                    lines = [failed(failure.source, failure.reason) for failure in step.failed[:20]]
                    yield summary(step) + results(lines)
            else:
                yield step

    def remove(self, source: str) -> str:
        """Take an article's file out of its folder, into the library's `removed/`, and sync."""
        try:
            file, folder, count = self._file_of(source)
            aside = self._library.folder / "removed" / f"{time.time_ns()}-{file.name}"
            aside.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, aside)
            try:
                self._library.sync(folder)
            except CitewellError:
                shutil.move(aside, file)
                raise
        except CitewellError as problem:
            return problem_html(problem)
        except OSError as error:
            return problem_html(StorageError(texts.NOT_REMOVED.format(source=source, reason=error.strerror)))
        return element("p", escaped(texts.removed(source if count == 1 else file.name, count)), role="status")

    def _file_of(self, source: str) -> tuple[Path, Path, int]:
        """The file that holds an article, its folder, and how many articles it holds."""
        catalogue = self._library.catalogue
        for key, folder in zip(catalogue.folders(), self._library.folders(), strict=True):
            filed = catalogue.filed(key).values()
            for path in (each.path for each in filed if each.source == source):
                own = path if (folder / path).is_file() else _file_path(path)
                file = (folder / own).resolve()
                if file.is_relative_to(folder.resolve()) and file.is_file():
                    return file, folder, sum(own in (each.path, _file_path(each.path)) for each in filed)
                raise FolderError(texts.NO_FILE_OF_ITS_OWN.format(source=source), texts.NO_FILE_HINT)
        raise FolderError(texts.ARTICLE_GONE, "")

    def _synced(self) -> Iterator[str | SyncReport]:
        """What the sync is doing, as HTML, then its report; a problem in its place."""
        news: Queue[str | SyncReport | CitewellError] = Queue()

        def show(progress: Progress) -> None:
            words = texts.READING_ARTICLES.format(done=progress.done, total=progress.total, source=progress.source)
            news.put(element("p", escaped(words), class_="wait", role="status"))

        def run() -> None:
            try:
                news.put(self._library.sync(self.folder, on_progress=show))
            except CitewellError as problem:
                news.put(problem)

        worker = Thread(target=run, name="adding", daemon=True)
        yield element(
            "p", escaped(texts.FINDING_ARTICLES.format(folder=self.folder.name)), class_="wait", role="status"
        )
        worker.start()
        while True:
            try:
                step = news.get(timeout=_LOOK_SECONDS)
            except Empty:
                if not worker.is_alive() and news.empty():
                    yield problem_html(CitewellError(texts.UNFORESEEN, texts.UNFORESEEN_HINT))
                    return
                continue
            while not news.empty() and isinstance(step, str):
                step = news.get()
            if isinstance(step, CitewellError):
                yield problem_html(step)
                return
            yield step
            if isinstance(step, SyncReport):
                return


def _file_path(path: str) -> str:
    """Where the file of an article lies: of a row, what stands before its `#`."""
    before = (path[: sign.start()] for sign in re.finditer("#", path))
    return next(filter(holds_many, before), path)


def _searched(each: _Listed) -> str:
    return f"{each.title} {each.source} {each.publisher or ''} {each.date or ''}".casefold()


def _sorted(found: list[_Listed], sort: str) -> list[_Listed]:
    keys: dict[str, Callable[[_Listed], str]] = {
        "newest": lambda each: each.date or "",
        "oldest": lambda each: each.date or "9999",
        "title": lambda each: each.title.casefold(),
        "source": lambda each: each.source,
    }
    return sorted(found, key=keys.get(sort, keys[SORTS[0]]), reverse=sort not in SORTS[1:])
