"""What a process that is forked from this one must not use, or finds without its threads."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Protocol
from weakref import WeakSet


class Inherited(Protocol):
    """Something that a forked process has of the other one."""

    def forked(self) -> None:
        """Be of use in the process that was forked just now."""


def in_forked(forget: Callable[[], object]) -> None:
    """Called in each process forked from this one, before anything else there; no thread but the forking one is."""
    if hasattr(os, "register_at_fork"):  # Windows does not fork
        os.register_at_fork(after_in_child=forget)


def tell_when_forked(thing: Inherited) -> None:
    """Its `forked` is called so, as long as anybody has it."""
    _told.add(thing)


def keep_for_good(*things: object) -> None:
    """Never destroyed, not even when the process ends: what has its threads in another one would wait for them."""
    kept: list[object] = [*things]
    kept.append(kept)  # it holds itself, and whoever looks for such garbage no longer looks at it
    gc.freeze()


def _tell() -> None:
    for thing in list(_told):
        thing.forked()


_told: WeakSet[Inherited] = WeakSet()
in_forked(_tell)
