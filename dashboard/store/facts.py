"""What a generation says of itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a generation is, where it comes from and up to which day it goes.

    Attributes:
        generation: Its number.
        content_hash: SHA-256 of the content; equal for equal exports.
        rules_version: Of the rules its signals were computed by.
        as_of: The export's own day, else that of the latest session; none without dates.
        exported_at: When it was exported, in the export's time zone, where it says so.
        has_dates: Whether any session has a date.
        note: A word on the data, for instance that they are invented; may be empty.
        source_system: Where they come from; may be empty.
        loaded_at: When it was imported, UTC.
    """

    generation: int
    content_hash: str
    rules_version: str
    as_of: dt.date | None
    exported_at: dt.datetime | None
    has_dates: bool
    note: str
    source_system: str
    loaded_at: dt.datetime


class HasFacts(Protocol):
    """Anything that knows what generation it reads, such as a store."""

    @property
    def facts(self) -> StoreFacts:
        """Return what the generation in use is."""
