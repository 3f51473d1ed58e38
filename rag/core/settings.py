"""Every setting there is: its name, its default, what it means, and how it is read from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from rag.core.errors import SettingsError, did_you_mean
from rag.core.per_backend import check_addresses, check_prices

PREFIX = "RAG_"
DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
EXTRACTIVE = "extractive"
"""The backend that quotes: no model, no key, no network."""
_EXPORTED = re.compile(r"(?:export|set)\s+")
_QUOTED = re.compile(r"""\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)\s*(?:\s#.*)?""")


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """Made once at the edge and passed down as values; each field is `RAG_` and its name in capitals."""

    library: Path = _setting(Path(".library"), "folder that holds the library")
    articles: Path = _setting(Path("seeds"), "folder of articles to ingest when none is named")
    llm: str = _setting(EXTRACTIVE, "backend: `extractive` or `provider:model`")
    llm_fallback: str = _setting(EXTRACTIVE, "what answers when the model fails: `extractive` or `none`")
    llm_base_url: str = _setting("", "address of a server; several as `provider=address; …`")
    llm_temperature: float = _setting(0.0, "how freely the model words its answer, 0 to 2")
    llm_timeout_seconds: float = _setting(180.0, "longest time for a model's whole reply, in seconds")
    llm_first_seconds: float = _setting(60.0, "longest wait for the first piece of a reply, in seconds")
    llm_stall_seconds: float = _setting(30.0, "longest wait between two pieces, in seconds")
    llm_wait_seconds: float = _setting(30.0, "longest pause that a rate limit may ask for, in seconds")
    llm_at_once: int = _setting(8, "questions put to one model at the same time")
    llm_answer_tokens: int = _setting(600, "longest answer of a model, in tokens")
    llm_context_tokens: int = _setting(8192, "context size asked of Ollama, and of models that state none")
    llm_prices: str = _setting("", "what a million tokens cost, `read,written`; several as `backend=read,written; …`")
    unsupported: str = _setting("mark", "a model's sentence that no source bears out: `mark` or `drop` it")
    embedder: str = _setting(DEFAULT_EMBEDDER, "sentence-transformers model: a name or a path")
    runtime: str = _setting("auto", "what runs the embedder: `auto` (light where it can be) or `torch`")
    reading_seconds: float = _setting(30.0, "longest time to read one file, in seconds")
    passage_tokens: int = _setting(160, "longest passage, in the embedder's tokens")
    reranker: str = _setting("", "cross-encoder that puts the best passages in order: a name or a path; empty for none")
    hits: int = _setting(10, "passages given to the answerer")
    traces: str = _setting("off", "`otlp` sends a span of each answer to an OpenTelemetry collector")
    host: str = _setting("127.0.0.1", "address the page listens on")
    port: int = _setting(7860, "port the page listens on")
    auth: str = _setting("", "`user:password` asked for by the page; empty for none")
    auth_file: str = _setting(
        "", "file of users with hashed passwords; `python -m rag.serving.users FILE NAME` adds one"
    )
    auth_header: str = _setting("", "header with the user’s name, set by a proxy that every request passes")
    questions_a_minute: int = _setting(30, "questions one user of the page may ask in a minute")
    editors: str = _setting(
        "", "users who may add, sync and remove articles, `ann, bob` or `*`; empty: nobody where users come from a file"
    )
    upload_megabytes: int = _setting(50, "largest file that can be uploaded, in MB")

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Self:
        """The environment over `.env` over the defaults; a name or value that makes no sense is an error.

        Other names in `.env` (a provider's key, say) go into the process environment if not set there.
        """
        from_file = read_dotenv(dotenv)
        if env is None:
            for name, value in from_file.items():
                if not name.startswith(PREFIX):
                    os.environ.setdefault(name, value)
            env = os.environ
        return cls.parse({**from_file, **env})

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Settings from strings named `RAG_…`; other names are passed over, empty values mean the default."""
        names = {PREFIX + f.name.upper(): f.name for f in fields(cls)}
        given: dict[str, Any] = {}
        for name, value in values.items():
            if not name.startswith(PREFIX):
                continue
            if name not in names:
                raise SettingsError(f"Unknown setting {name!r}.", did_you_mean(name, names))
            if value != "":
                given[names[name]] = value
        return cls(**given)

    def with_values(self, **values: Any) -> Self:
        """These settings with other values, `None` meaning unchanged: how flags go over the environment."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})

    def __post_init__(self) -> None:
        """Strings are read as in the environment; SettingsError for a value that makes no sense."""
        for f in fields(self):
            value = _typed(PREFIX + f.name.upper(), getattr(self, f.name), type(f.default))
            object.__setattr__(self, f.name, value)  # frozen for everybody else
        for name, least, most in _RANGES:
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingsError(f"{PREFIX}{name.upper()} is {value!r}, which is not between {least} and {most}.")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} is {getattr(self, name)!r}, which is none of: {', '.join(choices)}.",
                    did_you_mean(getattr(self, name), choices),
                )
        if self.auth and not all(self.auth.partition(":")[::2]):
            raise SettingsError(f"{PREFIX}AUTH is not of the form user:password.")
        check_addresses(self.llm_base_url)
        check_prices(self.llm_prices)


_RANGES = (
    ("llm_temperature", 0, 2),
    ("llm_timeout_seconds", 0.1, 3600),
    ("llm_first_seconds", 0.1, 3600),
    ("llm_stall_seconds", 0.1, 3600),
    ("llm_wait_seconds", 0, 3600),
    ("llm_at_once", 1, 1000),
    ("llm_answer_tokens", 16, 100_000),
    ("llm_context_tokens", 1024, 2_000_000),
    ("reading_seconds", 0.1, 3600),
    ("passage_tokens", 32, 8192),
    ("hits", 1, 100),
    ("port", 0, 65535),
    ("questions_a_minute", 1, 100_000),
    ("upload_megabytes", 1, 10_000),
)
_CHOICES = {
    "runtime": ("auto", "torch"),
    "llm_fallback": ("extractive", "none"),
    "traces": ("off", "otlp"),
    "unsupported": ("mark", "drop"),
}


_KINDS: dict[type, tuple[tuple[type, ...], str]] = {
    type(Path()): ((Path, str), "a path"),
    int: ((int, str), "a whole number"),
    float: ((float, int, str), "a number"),
    str: ((str,), "a text"),
}
"""By the type of a setting's default: what is taken for it, and what it is called."""


def _typed(name: str, value: object, kind: type) -> Any:
    """The value as the type of the setting's default, which a string may spell."""
    taken, wanted = _KINDS[kind]
    try:
        if not isinstance(value, taken):
            raise ValueError
        typed = kind(value)
        return typed.expanduser() if isinstance(value, str) and isinstance(typed, Path) else typed
    except ValueError:
        raise SettingsError(f"{name} is {value!r}, which is not {wanted}.") from None
    except RuntimeError:
        raise SettingsError(
            f"{name} is {value!r}, which is in no home folder that is known.", "Write all of the path."
        ) from None


def checked_settings(settings: object) -> Settings:
    """These, or those of the environment where none are given; SettingsError for anything else."""
    if settings is None:
        return Settings.load()
    if not isinstance(settings, Settings):
        raise SettingsError(
            f"Settings cannot be of the type {type(settings).__name__}.", "Give a rag Settings, or none."
        )
    return settings


def read_dotenv(path: Path) -> dict[str, str]:
    """`NAME=value` lines of a `.env` file, with `export`, `set`, quotes and `#` comments; {} when there is no file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {str(path)!r} cannot be read: {error}.") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        entry = _EXPORTED.sub("", line.strip())
        if not entry or entry.startswith("#"):
            continue
        name, equals, value = entry.partition("=")
        if not equals or not name.strip() or "\0" in line:
            raise SettingsError(
                f"Line {number} of {str(path)!r} is not a setting.",
                "Write it as NAME=value, or put # before it.",
            )
        values[name.strip()] = _unquoted(value)
    return values


def _unquoted(value: str) -> str:
    if quoted := _QUOTED.fullmatch(value):
        return quoted["value"]
    return re.sub(r"\s#.*", "", value).strip()
