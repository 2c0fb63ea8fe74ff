"""What is kept in memory because it is likely to be asked for again: so many, and so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Things by key; the one asked for longest ago leaves first when they are too many or too much.

    Args:
        limit: How many are kept at most.
        limit_bytes: How many bytes they have together at most; the newest is kept whatever it has.
        size: Tells the bytes of one; without it none are counted.
    """

    def __init__(
        self,
        limit: int,
        *,
        limit_bytes: int = 0,
        size: Callable[[Value], int] = lambda _: 0,
    ) -> None:
        self._limit, self._limit_bytes, self._size = limit, limit_bytes, size
        self._things: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._making: dict[Hashable, tuple[threading.Lock, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what is kept under a key, or none; it then leaves last."""
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, made first where it is not.

        However many ask for it at a time, it is made once: the others wait for it. Where making
        fails, the next of them tries again.
        """
        kept = self.get(key)
        if kept is not None:
            return kept
        with self._lock:
            making, waiting = self._making.get(key, (threading.Lock(), 0))
            self._making[key] = (making, waiting + 1)
        try:
            with making:
                kept = self.get(key)
                return self.keep(key, make()) if kept is None else kept
        finally:
            with self._lock:
                making, waiting = self._making.pop(key)
                if waiting > 1:
                    self._making[key] = (making, waiting - 1)

    def keep(self, key: Hashable, thing: Value) -> Value:
        """Keep a thing and return it; what was kept under its key is replaced."""
        size = self._size(thing)
        with self._lock:
            self._things[key] = (thing, size)
            self._things.move_to_end(key)
            while len(self._things) > 1 and self._is_too_much():
                self._things.popitem(last=False)
        return thing

    def values(self) -> list[Value]:
        """Return what is kept, the one that leaves first before the others."""
        with self._lock:
            return [thing for thing, _ in self._things.values()]

    @property
    def bytes(self) -> int:
        """How many bytes are kept, as ``size`` tells them."""
        with self._lock:
            return sum(size for _, size in self._things.values())

    def _is_too_much(self) -> bool:
        size = sum(size for _, size in self._things.values())
        return len(self._things) > self._limit or size > self._limit_bytes > 0
