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
└── BackendError         the language model cannot be used
    ├── BackendUnknown       no such provider
    ├── BackendPackageMissing    the provider's package is not installed
    ├── BackendKeyMissing    the provider's key is not set
    └── BackendFailed        the model was called and did not answer, or not to the end
        └── PromptTooLong        the passages and the conversation exceed what it can take
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


class PromptTooLong(BackendFailed):
    """The model cannot take that much at once."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean X?` for the nearest known word, or nothing when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else ""
