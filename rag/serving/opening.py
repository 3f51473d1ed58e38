"""What happens behind the page while it already stands open: the model is loaded, an empty library filled."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Sequence

from rag.answering.assistant import Assistant
from rag.core.errors import CitewellError, FolderError
from rag.core.types import Article
from rag.library.memory import give_back
from rag.library.sync import Progress
from rag.serving import texts

_EXAMPLES = 4
_FOLLOW_UPS = 2
_ARTICLES_LOOKED_AT = 12  # for examples: enough to choose from, in a library of any size
# Small words within a name: el-Sisi, von der Leyen.
_SMALL = r"(?:(?:al|el|as|ash|bin|ibn|abu|de|da|di|du|la|van|von|der|den)[ -]){0,2}"
_NAME = re.compile(rf"(?:St\. )?[A-Z][\w'’-]*[^\W_](?: {_SMALL}[A-Z][\w'’-]*[^\W_])*")
_SAINT = re.compile(r"St\.? \S+")
_WITHIN_A_SENTENCE = re.compile(r"[a-z,] $")


class Opening:
    """Gets an assistant ready in the background and tells how far it is."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._done = threading.Event()
        self.doing = texts.OPENING
        self.problem: CitewellError | None = None
        self.notice = ""

    def start(self) -> None:
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    @property
    def is_done(self) -> bool:
        """True too when it failed: then a question meets the same problem and shows it."""
        return self._done.is_set()

    def _run(self) -> None:
        try:
            self.doing = texts.LOADING_MODEL
            self._assistant.warm()
            if self._assistant.library.is_empty:
                self._fill()
        except FolderError:
            pass  # nothing to read yet: the page says how articles come into the library
        except CitewellError as problem:
            self.problem = problem
        finally:
            self._done.set()
            give_back()

    def _fill(self) -> None:
        folder = self._assistant.settings.articles
        self.doing = texts.FINDING_ARTICLES.format(folder=folder)
        report = self._assistant.library.sync(folder, on_progress=self._show)
        if report.failed:
            sources = ", ".join(failure.source for failure in report.failed[:5])
            self.notice = texts.FILES_FAILED.format(count=len(report.failed), sources=sources)

    def _show(self, progress: Progress) -> None:
        self.doing = texts.READING_ARTICLES.format(done=progress.done, total=progress.total, source=progress.source)


def example_questions(articles: Sequence[Article]) -> list[str]:
    """Questions about what single articles speak of and others do not: one for each, at most four."""
    names = [_names(article) for article in articles[:_ARTICLES_LOOKED_AT]]
    spread = Counter(name for counted in names for name in counted)
    asked: dict[str, None] = {}
    for article, counted in zip(articles, names, strict=False):
        weights = {name: count * (0.1 + math.log(len(names) / spread[name])) for name, count in counted.items()}
        topics = {texts.example_question(name): weight for name, weight in weights.items()}
        fresh = [topic for topic in sorted(topics, key=lambda topic: -topics[topic]) if topic not in asked]
        asked[fresh[0] if fresh else texts.example_title(article.title)] = None
    return list(asked)[:_EXAMPLES]


def topics(article: Article) -> list[str]:
    """The names an article speaks of most, full names first."""
    counted = _names(article)
    return sorted(counted, key=lambda name: (" " not in name, -counted[name]))


def follow_ups(articles: Sequence[Article], said: str) -> list[str]:
    """Questions about what the cited articles speak of and the conversation has not; at most two."""
    spoken = said.casefold()
    counted: Counter[str] = Counter()
    for article in articles:
        counted.update({name: count for name, count in _names(article).items() if count > 1 and " " in name})
    fresh = [name for name, _ in counted.most_common() if not any(word in spoken for word in name.casefold().split())]
    return [texts.example_question(name) for name in fresh[:_FOLLOW_UPS]]


def _names(article: Article) -> Counter[str]:
    """Capitalised words within sentences, with how often; full names and words of the title count double."""
    text = article.text
    found = (
        name.group()
        for name in _NAME.finditer(text)
        if _WITHIN_A_SENTENCE.search(text, max(name.start() - 2, 0), name.start())
    )
    told_by = f"{article.author} {article.publisher}"
    counted = Counter(_without_possessive(name, text) for name in found if name not in told_by)
    for name in counted:
        counted[name] *= (2 if " " in name else 1) * (2 if name in article.title else 1)
    return counted


def _without_possessive(name: str, text: str) -> str:
    """The name as it stands alone: the hospital St Bride's keeps its ending, where the text never says St Bride."""
    bare = name.removesuffix("’s").removesuffix("'s")
    is_part = _SAINT.fullmatch(bare) and not re.search(rf"{re.escape(bare)}\b(?!['’]s)", text)
    return name if is_part else bare
