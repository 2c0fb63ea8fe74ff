"""When Python looks for cycles: not while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for unreachable cycles afterwards: building makes many objects and gives up few.

    A tenth of the time of a start, and of a file, went into looking at what is all still in use.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looking:
            gc.enable()


LOOKS_AFTER = 50_000
"""New objects after which Python looks for cycles, in place of its 700: a set of cases is made of
some hundred thousand that all stay until it is done; a quarter of its time went into looking."""


def keep_for_good() -> None:
    """Never look again at what is there now: libraries, shared pictures, everything but sessions.

    Panel looks for cycles after every session that ends, in the thread that answers everybody; a
    tenth of a second went into what no session has made. And Python looks more seldom by itself.
    """
    gc.freeze()
    gc.set_threshold(LOOKS_AFTER, *gc.get_threshold()[1:])
