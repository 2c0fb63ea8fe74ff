"""The day that a person is in, or the one that stands for it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from dashboard.errors import AllianceError


def local_day() -> dt.date:
    """Return today where the board runs."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def clock_of(today: str | None) -> Callable[[], dt.date]:
    """Return what tells the day: the clock, or the day that was given in its place.

    Args:
        today: A day as YYYY-MM-DD, or none for the clock's.

    Raises:
        AllianceError: If what was given is no day.
    """
    if today is None:
        return local_day
    try:
        return functools.partial(dt.date.fromisoformat, dt.date.fromisoformat(today).isoformat())
    except ValueError:
        message = "--today takes a day as YYYY-MM-DD."
        raise AllianceError(message) from None
