"""Coverage before conclusions: what share of the expected forms exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def coverage_total(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return what the chosen data cover: dates, families, sessions, expected forms.

    Expected is a form for each member present or partly present at a held session, for each
    instrument that member has used in the case and is of the age for.

    Args:
        store: An open store.
        selection: What is looked at.
        scope: Who is looking.

    Returns:
        Exactly one row, with the families under 60 % by code.
    """
    return fetch(store, "coverage_total", selection, scope=scope)


def coverage_by_case(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return expected and complete forms, one row per case and family of instruments."""
    return fetch(store, "coverage_by_case", selection, scope=scope)


def coverage_by_therapist(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return expected and complete forms at the sessions each therapist led, by code."""
    return fetch(store, "coverage_by_therapist", selection, scope=scope)


def coverage_by_member(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return expected and complete forms, one row per case and member, over all instruments."""
    return fetch(store, "coverage_by_member", selection, scope=scope)


def perfect_forms_by_instrument(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the share of perfect forms of each instrument, and whether the screen warns of it.

    Nothing for a narrower scope: the share is that of the service.
    """
    return fetch(store, "perfect_forms_by_instrument", scope=scope)
