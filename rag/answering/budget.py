"""Passages and conversation fitted to what a model takes at once: whole passages go, weakest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.models import Messages, Room
from rag.core.errors import PromptTooLong
from rag.core.types import Hit, Message

_PER_MESSAGE = 8  # tokens around each message in the templates of chats
_KEPT_LONGEST = 3  # passages that are worth more than the conversation before the last question
_SURELY_READ = 0.7  # of the words sent, the share of tokens under which a server has not read all
_TOO_FEW_TO_TELL = 256  # tokens: a server may count only what it had not read before

# Tokens a character, meant to be on the high side for the tokenizers in use (English news has some 4 letters a token).
_WEIGHTS = (
    (re.compile(r"[A-Za-z]"), 0.34),
    (re.compile(r"[0-9]"), 1.0),
    (re.compile(r"\n"), 0.5),
    (re.compile(r"\s"), 0.08),
    (re.compile(r"[!-/:-@\[-`{-~]"), 0.8),
    (re.compile(r"[À-ɏ]"), 1.0),
    (re.compile(r"[Ͱ-ԯ]"), 0.75),
    (re.compile(r"[֐-ۿ]"), 1.0),
)
_OTHER = 2.2


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is said to the model, and which of the hits it sees."""

    messages: Messages
    hits: tuple[Hit, ...]
    tokens: int
    """Its own count, or ours at the most."""


def fit(
    say: Callable[[Sequence[Hit], Sequence[Message]], Messages],
    hits: Sequence[Hit],
    history: Sequence[Message],
    room: Room,
    answer_tokens: int,
) -> Fitted:
    """The longest prompt that leaves room for the answer: old turns go first, then the weakest passages.

    `say` makes the messages. PromptTooLong where not even the best passage fits.
    """
    most = room.tokens - min(answer_tokens, room.tokens // 2)
    turns = alternating(history)
    shown = list(hits)
    while True:
        messages = say(shown, turns)
        tokens = tokens_at_most(messages)
        # Our count is on the safe side; only where it does not fit is the model's own worth asking for.
        if tokens > most and room.count is not None:
            own = room.count(messages)
            tokens = tokens if own is None else own
        if tokens <= most:
            return Fitted(messages, tuple(shown), tokens)
        if len(turns) > 2 or (turns and len(shown) <= _KEPT_LONGEST):
            turns = alternating(turns[1:])
        elif len(shown) > 1:
            shown = shown[:-1]
        elif turns:
            turns = []
        else:
            raise PromptTooLong(
                f"The question and the best passage need about {tokens} tokens; the model takes {most}.",
                "Set RAG_LLM_CONTEXT_TOKENS higher, or take another model.",
            )


def alternating(history: Sequence[Message]) -> list[Message]:
    """The turns as every model takes them: question, answer, question, answer. Unanswered questions go."""
    turns: list[Message] = []
    for turn in history:
        if turns and turns[-1].role == turn.role:
            turns.pop()
        if turns or turn.role == "user":
            turns.append(turn)
    return turns[:-1] if turns and turns[-1].role == "user" else turns


def tokens_at_most(messages: Messages) -> int:
    """What tokenizers make of them, estimated on the high side."""
    return sum(_PER_MESSAGE + round(_weight(content)) for _, content in messages)


def words_sent(messages: Messages) -> int:
    """A lower bound of the tokens: no tokenizer makes fewer of them than there are words."""
    return sum(len(content.split()) for _, content in messages)


def is_cut_off(sent: int, read: int | None) -> bool:
    """Whether a server that counts so few tokens has left out a part of the prompt without saying so."""
    return read is not None and _TOO_FEW_TO_TELL < read < sent * _SURELY_READ


def _weight(text: str) -> float:
    left = len(text)
    sum_ = 0.0
    for pattern, weight in _WEIGHTS:
        count = len(pattern.findall(text))
        left -= count
        sum_ += count * weight
    return sum_ + left * _OTHER
