"""One question to a model while it runs: stopped from any thread, bounded in time, measured."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from rag.core.types import Usage

_TOLD_AGAIN_SECONDS = 0.2
_HANDED_ON = (Exception, KeyboardInterrupt, SystemExit)  # to the thread that waits for it


class Stopped(Exception):
    """The asker has gone; no failure of anybody."""


class Call:
    """What becomes of one question: whether it was stopped, what it waits for, what it took."""

    def __init__(self) -> None:
        self.notice = ""
        """What the reader should know meanwhile, and afterwards."""
        self.tokens_sent = 0
        """Of the prompt, at the very least; 0 where that is not known."""
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None
        self.before: Call | None = None
        """What was asked of the model first, for the same question; its tokens count in the usage."""
        self._stopped = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._begun: float | None = None
        self._first: float | None = None
        self._last = 0.0
        self._pieces = 0

    def stop(self) -> None:
        """End it from any thread: the connection to the model is closed at once."""
        self._stopped.set()
        for listener in list(self._listeners):
            listener()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def on_stop(self, listener: Callable[[], None]) -> None:
        """Called at `stop`, or now where that has been."""
        self._listeners.append(listener)
        if self.is_stopped:
            listener()

    def wait(self, seconds: float) -> None:
        """Sleep; Stopped where that comes first."""
        if self._stopped.wait(seconds):
            raise Stopped

    def begins(self) -> None:
        self._begun = self._begun or time.monotonic()

    def came(self) -> None:
        """A piece of the reply is there."""
        self._last = time.monotonic()
        self._first = self._first or self._last
        self._pieces += 1

    def took(self, tokens_in: int | None, tokens_out: int | None) -> None:
        """What the provider counted; added up over its reports."""
        if tokens_in is not None:
            self.tokens_in = (self.tokens_in or 0) + tokens_in
        if tokens_out is not None:
            self.tokens_out = (self.tokens_out or 0) + tokens_out

    def usage(self, price: tuple[float, float] | None) -> Usage | None:
        """None where the model was never called."""
        if self._begun is None:
            return self.before.usage(price) if self.before else None
        tokens_in, tokens_out = self.tokens_in, self.tokens_out
        if self.before is not None:
            tokens_in = None if tokens_in is None else tokens_in + (self.before.tokens_in or 0)
            tokens_out = None if tokens_out is None else tokens_out + (self.before.tokens_out or 0)
        spread = self._last - (self._first or 0.0)
        cost = None
        if price and tokens_in is not None and tokens_out is not None:
            cost = round((tokens_in * price[0] + tokens_out * price[1]) / 1e6, 6)
        return Usage(
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            seconds_to_first=round(self._first - self._begun, 4) if self._first else None,
            pieces_per_second=round((self._pieces - 1) / spread, 2) if self._pieces > 1 and spread > 0 else None,
            cost=cost,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Longest times, in seconds."""

    first: float
    stall: float
    whole: float


class OutOfTime(Exception):
    """Which of the limits it was."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(slots=True)
class Slots:
    """How many calls of one model may run at the same time; the others wait in turn."""

    most: int
    _free: asyncio.Semaphore | None = field(default=None, repr=False)

    def free(self) -> asyncio.Semaphore:
        """Made within the loop that uses it."""
        if self._free is None:
            self._free = asyncio.Semaphore(self.most)
        return self._free


def pieces(
    open_stream: Callable[[], AsyncIterator[Any]],
    is_alive: Callable[[Any], bool],
    call: Call,
    limits: Limits,
    slots: Slots,
) -> Iterator[Any]:
    """What the stream gives, as it comes; when the caller closes this or the call is stopped, the stream is closed.

    `is_alive` tells a piece with content from the empty ones with which some servers begin.
    """
    end = object()
    came: queue.SimpleQueue[Any] = queue.SimpleQueue()

    async def pump() -> None:
        try:
            async with slots.free():
                call.begins()
                await _read(open_stream(), is_alive, came, limits)
        except _HANDED_ON as error:
            came.put(_Raised(error))
        else:
            came.put(end)

    loop = _loop()
    running: list[asyncio.Task[None]] = []
    told = threading.Lock()

    def end_it() -> None:
        # A package may swallow a cancellation (asyncio.wait_for did so until Python 3.12): it is told until it ends.
        if not running[0].done():
            running[0].cancel()
            loop.call_later(_TOLD_AGAIN_SECONDS, end_it)

    def leave() -> None:
        # Stopped and closed, it is told once: again, it might be broken off as it closes the connection.
        if told.acquire(blocking=False):
            loop.call_soon_threadsafe(end_it)
        came.put(_Raised(Stopped()))

    loop.call_soon_threadsafe(lambda: running.append(loop.create_task(pump())))
    call.on_stop(leave)
    try:
        while (item := came.get()) is not end:
            if isinstance(item, _Raised):
                raise item.error
            yield item
    finally:
        leave()


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


async def _read(
    stream: AsyncIterator[Any], is_alive: Callable[[Any], bool], came: queue.SimpleQueue[Any], limits: Limits
) -> None:
    now = asyncio.get_running_loop().time
    task = asyncio.current_task()
    begun = now()
    is_begun = False
    try:
        while True:
            by_now = limits.stall if is_begun else limits.first - (now() - begun)
            left = limits.whole - (now() - begun)
            try:
                async with asyncio.timeout(max(0.0, min(by_now, left))) as scope:
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if not scope.expired():
                    raise
                raise OutOfTime("whole" if left <= by_now else "stall" if is_begun else "first") from None
            if task is not None and task.cancelling():  # swallowed by whoever handed this piece on
                raise asyncio.CancelledError
            is_begun = is_begun or is_alive(piece)
            came.put(piece)
    finally:
        if closing := getattr(stream, "aclose", None):
            # A generator that runs in a thread cannot be closed; it ends with its next piece.
            with suppress(RuntimeError):
                await closing()


async def in_thread(make: Callable[[], Iterator[Any]], left: threading.Event) -> AsyncIterator[Any]:
    """A blocking iterator, read in a thread; `left` is set when nobody wants it any more."""
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[Any] = asyncio.Queue()
    end = object()

    def put(item: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended with the process
            loop.call_soon_threadsafe(came.put_nowait, item)

    def read() -> None:
        iterator: Iterator[Any] = iter(())
        try:
            iterator = make()
            for item in iterator:
                put(item)
                if left.is_set():
                    break
        except _HANDED_ON as error:
            put(_Raised(error))
        else:
            put(end)
        finally:
            if closing := getattr(iterator, "close", None):
                closing()

    # A daemon, so that a model which never returns does not keep the program from ending.
    threading.Thread(target=read, name="model", daemon=True).start()
    try:
        item: Any
        while (item := await came.get()) is not end:
            if isinstance(item, _Raised):
                raise item.error
            yield item
    finally:
        left.set()


# All calls run in one event loop in a thread of its own: there a call can be cancelled while it waits for the network,
# which no thread that waits for itself can.
_making = threading.Lock()
_running_loop: asyncio.AbstractEventLoop | None = None


def _loop() -> asyncio.AbstractEventLoop:
    global _running_loop
    with _making:
        if _running_loop is None:
            _running_loop = asyncio.new_event_loop()
            threading.Thread(target=_running_loop.run_forever, name="models", daemon=True).start()
        return _running_loop
