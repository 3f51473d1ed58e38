"""Everything that can go wrong, as sentences for the person who reads them.

CitewellError
├── SettingsError        a setting or argument is misspelt or holds a wrong value
├── QuestionError        the question is empty or far too long
├── FolderError          the folder to ingest is missing, unreadable or holds no articles
├── ReadingError         one file could not be read as an article
├── LibraryError         the library cannot be used as it is
│   ├── LibraryMissing       there is no library yet, or it is empty
│   ├── LibraryBusy          another process is writing to it
│   ├── EmbedderMismatch     it was built with another embedder
│   └── StorageError         the disk or the database refused
├── EmbedderError        the embedding model cannot be loaded
├── RerankerError        the cross-encoder cannot be loaded
└── BackendError         the language model cannot be used
    ├── BackendUnknown       no such provider
    ├── BackendPackageMissing    the provider's package is not installed
    ├── BackendKeyMissing    the provider's key is not set
    └── BackendFailed        the model was called and did not answer, or not to the end
        ├── KeyRefused           the key is wrong, or has no right to this
        ├── ModelUnknown         the provider has no such model
        ├── ServerUnreachable    no connection: down, no such name, no trusted certificate
        ├── TooSlow              a time limit ran out
        ├── RateLimited          asked too often, or the server is overloaded
        ├── QuotaUsedUp          the account has nothing left
        ├── PromptTooLong        the passages and the conversation exceed what it can take
        ├── ContentRefused       the provider will not speak of this
        ├── EmptyReply           it ended without a word
        ├── CutShort             it came to the end of what it may say
        ├── BrokenReply          the connection broke, or what came was no answer
        └── ServerFailed         the server had an error of its own
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CitewellError(Exception):
    """What happened, in one sentence, with the next step as `hint`."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(CitewellError):
    """A setting or an argument is misspelt or holds a value it cannot take."""


class QuestionError(CitewellError):
    """The question is empty or longer than any question."""


class FolderError(CitewellError):
    """The folder to ingest is missing, unreadable or holds no articles."""


class ReadingError(CitewellError):
    """One file could not be read as an article."""


class LibraryError(CitewellError):
    """The library cannot be used as it is."""


class LibraryMissing(LibraryError):
    """There is no library at the path, or it holds no articles."""


class LibraryBusy(LibraryError):
    """Another process holds the writer's lock."""


class EmbedderMismatch(LibraryError):
    """The library's vectors come from another embedder than the one asked for."""


class StorageError(LibraryError):
    """The disk or the database refused to read or write."""


class EmbedderError(CitewellError):
    """The embedding model cannot be loaded."""


class RerankerError(CitewellError):
    """The cross-encoder cannot be loaded, or gives no single score."""


class BackendError(CitewellError):
    """The language model cannot be used."""


class BackendUnknown(BackendError):
    """No provider has this name."""


class BackendPackageMissing(BackendError):
    """The provider's Python package is not installed."""


class BackendKeyMissing(BackendError):
    """The provider needs a key that is not set."""


class BackendFailed(BackendError):
    """The model was called and failed, refused, fell silent or broke off."""


class KeyRefused(BackendFailed):
    """The provider does not take the key, or not for this model."""


class ModelUnknown(BackendFailed):
    """The provider has no model of this name."""


class ServerUnreachable(BackendFailed):
    """No connection came about: nothing listens there, the name is unknown, or the certificate is not trusted."""


class TooSlow(BackendFailed):
    """The first piece, the next piece or the whole reply took longer than the settings allow."""


class RateLimited(BackendFailed):
    """The provider wants to be asked later."""

    def __init__(self, message: str, hint: str = "", wait_seconds: float | None = None) -> None:
        super().__init__(message, hint)
        self.wait_seconds = wait_seconds
        """How long it asks us to wait; None where it does not say."""


class QuotaUsedUp(BackendFailed):
    """The account has nothing left to spend; waiting does not help."""


class PromptTooLong(BackendFailed):
    """The model cannot take that much at once."""


class ContentRefused(BackendFailed):
    """The provider's filter, or the model, refuses to speak of this."""


class EmptyReply(BackendFailed):
    """The model ended without a word that can be shown."""


class CutShort(BackendFailed):
    """The reply reached the longest length allowed."""


class BrokenReply(BackendFailed):
    """The connection broke in mid-answer, or what came was not in the form of an answer."""


class ServerFailed(BackendFailed):
    """The server reports an error of its own."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean X?` for the nearest known word, or nothing when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else ""
