"""The backends a reader can choose: those that could answer now, and what the others need."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from rag.answering.offers import Offer, offers
from rag.core.settings import Settings
from rag.serving import texts

# One of each provider that people ask for, shown even where it cannot answer yet.
_EXAMPLES = {
    "openai": "openai:gpt-5-mini",
    "anthropic": "anthropic:claude-sonnet-4-5",
    "ollama": "ollama:llama3.2",
}
_MOST_OF_ONE = 30  # models; a hosted provider lists a hundred
_SECONDS_KNOWN = 30.0  # before servers are asked anew what they serve

Choices = list[tuple[str, str]]
"""(what is shown, the backend as `--llm` takes it)."""


class Backends:
    """One for the whole page: many readers who open it at once ask the servers only once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._known: tuple[float, list[Offer]] | None = None

    def choices(self) -> Choices:
        """Every backend to be offered now; takes up to two seconds where servers are slow to say."""
        return choices(self._offers())

    def lacks(self, backend: str) -> str:
        """What the provider of a backend needs before it can answer; nothing where it can."""
        states = {offer.provider: offer.state for offer in self._offers() if offer.state != "ready"}
        return texts.BACKEND_STATES.get(states.get(backend.partition(":")[0], ""), "")

    def _offers(self) -> list[Offer]:
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > _SECONDS_KNOWN:
                self._known = (time.monotonic(), offers(self._settings))
            return self._known[1]


def choices(found: Sequence[Offer]) -> Choices:
    """What is ready under its own name, then one of each provider that is not, with what it lacks."""
    ready = [(model, model) for offer in found for model in offer.models[:_MOST_OF_ONE]]
    lacking = []
    for offer in found:
        example = _EXAMPLES.get(offer.provider)
        if example and not offer.models:
            state = "" if offer.state == "ready" else texts.BACKEND_STATES[offer.state]
            lacking.append((f"{example} · {state}" if state else example, example))
    return ready + lacking
