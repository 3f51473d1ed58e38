"""A command as it is to be typed: hints name folders that hold spaces as well."""

from __future__ import annotations

import shlex
from pathlib import Path


def command(known: str, *words: str | Path) -> str:
    """The known beginning and what follows it, quoted for a shell where that is needed.

    >>> command("python ingest.py", "my articles", "--library", Path("kept"))
    "python ingest.py 'my articles' --library kept"
    """
    return " ".join([known, *(shlex.quote(str(word)) for word in words)])
