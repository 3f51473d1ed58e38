"""Who may use the page and how much: users with hashed passwords, a limit per user, what a browser may load."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path

from rag.core.commands import command
from rag.core.errors import SettingsError
from rag.core.settings import Settings

_COST, _BLOCK, _LANES = 2**14, 8, 1  # of scrypt: 16 MiB and about 50 ms for one password
_MOST_TRACKED = 10_000  # users whose questions are counted
_WRONG_LOGINS, _WRONG_SECONDS = 10, 60.0  # of one name; then it waits, right password or not

# Gradio writes its configuration and its start into the page as scripts and evaluates its templates.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Pace:
    """So many in so many seconds for each name."""

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str, *, is_counted: bool = True) -> float:
        """Seconds until the next is allowed; 0 where one is allowed now, and then it is counted."""
        now = self._now()
        with self._lock:
            times = self._times.setdefault(name, deque())
            self._times.move_to_end(name)
            while len(self._times) > _MOST_TRACKED:
                self._times.popitem(last=False)
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return times[0] + self._seconds - now
            if is_counted:
                times.append(now)
            return 0.0


def hashed(password: str, salt: bytes | None = None) -> str:
    """What is kept of a password: the salt and its scrypt, from which nobody gets it back."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES)
    return f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def is_password(password: str, kept: str) -> bool:
    """Whether it is the one that was hashed; takes the same time for right and wrong ones."""
    salt = base64.b64decode(kept.split("$")[1])
    return hmac.compare_digest(hashed(password, salt), kept)


def _is_hash(kept: str) -> bool:
    """Whether it is what `hashed` makes."""
    kind, *parts = kept.split("$")
    try:
        return kind == "scrypt" and len(parts) == 2 and all(base64.b64decode(part, validate=True) for part in parts)
    except ValueError:
        return False


def read_users(path: Path) -> dict[str, str]:
    """Name → hash from lines of `name:scrypt$…`; SettingsError for a file that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The file of users {str(path)!r} cannot be read: {error}.", f"Make it: {_command(path)}"
        ) from error
    users = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            name, _, kept = line.strip().partition(":")
            if not name or not _is_hash(kept):
                raise SettingsError(f"Line {number} of {str(path)!r} is no user.", f"Add one: {_command(path)}")
            users[name] = kept
    if not users:
        raise SettingsError(f"The file of users {str(path)!r} names nobody.", f"Add one: {_command(path)}")
    return users


def add_user(path: Path, name: str, password: str) -> None:
    """Write a user, or another password for one, readable by the owner of the file alone."""
    if not name.strip() or ":" in name or name != name.strip() or not name.isprintable():
        raise SettingsError(f"{name!r} cannot be the name of a user.", "Use letters and digits.")
    if not password:
        raise SettingsError("The password is empty.", "Choose one.")
    users = read_users(path) if path.exists() else {}
    users[name] = hashed(password)
    content = "".join(f"{user}:{kept}\n" for user, kept in sorted(users.items()))
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(
            f"The file of users {str(path)!r} cannot be written: {error.strerror}.",
            "Name one in a folder that exists.",
        ) from error


def _command(path: Path) -> str:
    return f"{command('python -m rag.serving.users', path)} NAME"


def may_change(settings: Settings, user: str) -> bool:
    """Whether a user may add, sync and remove articles: those named, or the one there is where no others can be."""
    named = {name.strip() for name in settings.editors.split(",")} - {""}
    if named:
        return "*" in named or user in named
    return not (settings.auth_file or settings.auth_header)


class Door:
    """Lets users in by name and password; a name that failed too often waits."""

    def __init__(self, users: dict[str, str]) -> None:
        self._users = users
        self._nobody = hashed(secrets.token_hex())
        self._failed = Pace(_WRONG_LOGINS, _WRONG_SECONDS)

    @classmethod
    def for_one(cls, auth: str) -> Door:
        """The door for `USER:PASSWORD`."""
        user, _, password = auth.partition(":")
        return cls({user: hashed(password)})

    async def lets_in(self, name: str, password: str) -> bool:
        """`opens` without holding up everybody else while it computes."""
        return await asyncio.to_thread(self.opens, name, password)

    def opens(self, name: str, password: str) -> bool:
        """An unknown name takes as long as a known one, so that nobody learns who there is."""
        if self._failed.wait(name, is_counted=False) > 0:
            return False
        is_right = is_password(password, self._users.get(name, self._nobody)) and name in self._users
        if not is_right:
            self._failed.wait(name)
        return is_right
