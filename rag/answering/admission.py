"""Many questions at once on few cores: worked out in turn, and the same one never twice at the same time."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from rag.answering.calls import Call, Stopped


class Admission:
    """At most so many at a time, first come, first served; who comes with a key that is at work waits for that one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[tuple[Hashable, threading.Event]] = []
        self._at_work: set[Hashable] = set()

    @contextmanager
    def admitted(self, key: Hashable, call: Call) -> Iterator[bool]:
        """A turn, and whether it had to be waited for; Stopped where the asker goes away meanwhile."""
        mine = (key, threading.Event())
        with self._lock:
            self._waiting.append(mine)
            self._let_in()
            has_to_wait = not mine[1].is_set()
        call.on_stop(mine[1].set)
        mine[1].wait()
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise Stopped
        try:
            yield has_to_wait
        finally:
            with self._lock:
                self._at_work.remove(key)
                self._let_in()

    def _let_in(self) -> None:
        for mine in list(self._waiting):
            key, may_come = mine
            if len(self._at_work) < self._most and key not in self._at_work:
                self._waiting.remove(mine)
                self._at_work.add(key)
                may_come.set()
