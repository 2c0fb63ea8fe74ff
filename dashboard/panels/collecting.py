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


def keep_for_good() -> None:
    """Never look again at what is there now: libraries, shared pictures, everything but sessions.

    Panel looks for cycles after every session that ends, in the thread that answers everybody; a
    tenth of a second went into what no session has made.
    """
    gc.freeze()
