"""A follow-up → the question that a model makes of it to stand alone, or ours where the model's is of no use."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.calls import Call, Stopped
from rag.answering.models import Model
from rag.answering.prompts import rewriting
from rag.answering.thinking import RETRACTED, without_thoughts
from rag.core.errors import BackendFailed
from rag.core.types import Message
from rag.library.words import content_terms, terms
from rag.search.followups import Question

_MOST_SECONDS = 10.0  # a reader waits for it before anything else happens
_MOST_CHARS = 400
_MOST_TIMES_LONGER = 30  # words more than the question has
_LABEL = re.compile(r"^(?:(?:stand-?\s?alone|rewritten|last)\s+)?question\s*:\s*", re.IGNORECASE)
_MARKER = re.compile(r"\[\d+\]")
_TELLING = re.compile(r"(?<!^)\b[A-Z][\w-]+|\b\d[\d.,]*\b")  # names within a sentence, and numbers


def rewritten(asked: Question, history: Sequence[Message], model: Model, call: Call) -> Question:
    """The question with the model's stand-alone form first and ours beside it; as it is where the model is no help.

    What the model read and wrote is added to the call's.
    """
    if not asked.leans_back or not history:
        return asked
    said = _said(model, asked.text, history, call)
    form = _form(said)
    if not is_sound(form, asked.text, history):
        return asked
    return replace(asked, standalone=form, beside=asked.standalone if asked.standalone != asked.text else "")


def is_sound(form: str, question: str, history: Sequence[Message]) -> bool:
    """Whether it can be the question's stand-alone form: as short, about the same, of nothing that was never named."""
    if not form or "\n" in form or len(form) > _MOST_CHARS or _MARKER.search(form):
        return False
    if len(form.split()) > len(question.split()) + _MOST_TIMES_LONGER:
        return False
    own, its = content_terms(question), content_terms(form)
    if not its or (own and not own & its):
        return False
    known = set(terms(" ".join([question, *(turn.content for turn in history)])))
    return all(set(terms(told)) <= known for told in _TELLING.findall(form))


def _form(said: str) -> str:
    """The reply without a label, quotation marks or blank lines around it."""
    return _LABEL.sub("", said.strip()).strip(' \t\n"“”*`')


def _said(model: Model, question: str, history: Sequence[Message], call: Call) -> str:
    """The model's whole reply; empty where it fails, rambles or takes too long. Stopped where the asker has gone."""
    own = Call()
    call.on_stop(own.stop)
    clock = threading.Timer(_MOST_SECONDS, own.stop)
    clock.daemon = True
    clock.start()
    said = ""
    try:
        for piece in without_thoughts(model.stream(rewriting(question, history), own)):
            said = "" if piece == RETRACTED else said + piece
            if len(said) > _MOST_CHARS:
                break
    except BackendFailed:
        said = ""
    except Stopped:
        if call.is_stopped:
            raise
        said = ""
    finally:
        clock.cancel()
        own.stop()  # what rambles on is not listened to
    call.before = own
    return said
