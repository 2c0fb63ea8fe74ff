"""Who is looking: decides which rows exist. Applied in the query layer, never in a widget."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The cases a person may see.

    Attributes:
        name: Word for logs and tests.
        case_ids: Cases that exist for this person; none means every case of the store.
    """

    name: str
    case_ids: frozenset[str] | None = None


WHOLE_GROUP = Scope(name="whole_group")
"""The one scope of today: everybody round the table sees every case of the store."""
