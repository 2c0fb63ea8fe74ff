"""Work that is done beside the page: sets of cases that are likely to be asked for next."""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

WAITING = 3
"""Guesses that wait at most; older ones are let go, since a person has moved on."""


class Warmer:
    """Does one task after another in a thread of its own, what was asked last before the rest.

    What somebody waits for comes first and is never let go; the rest are guesses.

    The thread begins with the first task, so that a notebook or a file has none.
    """

    def __init__(self) -> None:
        self._first: deque[Callable[[], object]] = deque()
        self._guesses: deque[Callable[[], object]] = deque(maxlen=WAITING)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def soon(self, task: Callable[[], object], *, first: bool = False) -> Future[None]:
        """Do a task beside whatever else goes on.

        Args:
            task: What to do; a failure of it is logged by its kind, and nothing else.
            first: Whether somebody waits for it.

        Returns:
            What says that the turn of a task has come, this one or a later one.
        """
        with self._lock:
            (self._first if first else self._guesses).append(task)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="warmer")
            return self._pool.submit(self._next)

    def _next(self) -> None:
        with self._lock:
            waiting = self._first or self._guesses
            task = waiting.pop() if waiting else None
        if task is None:
            return
        try:
            task()
        except Exception as error:
            logger.warning("a set of cases could not be made ready: %s", type(error).__name__)
