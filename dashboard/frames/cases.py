"""Cases: their facts, heatmap rows, sessions on both axes, therapists over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def case_list(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return the episodes of care with their therapists, sessions and coverage.

    Args:
        store: An open store.
        selection: Which cases; instrument and scale do not matter here.
        scope: Who is looking.

    Returns:
        One row per case, a case without any form too; no rows where nothing is chosen.
    """
    return fetch(store, "case_list", selection, scope=scope)


def case_codes(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return the codes of the cases that a selection chooses, one row each, in code order."""
    return fetch(store, "case_codes", selection, scope=scope)


def case_rows(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the rows of each heatmap in reading order, one per case, instrument and row."""
    return fetch(store, "case_rows", scope=scope)


def case_sessions(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the sessions of each case with their place on both axes, one row per session."""
    return fetch(store, "case_sessions", scope=scope)


def case_therapist_spans(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return from when to when a therapist had which part in a case."""
    return fetch(store, "case_therapist_spans", scope=scope)


def therapist_list(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the therapists of the cases by code, in no order of merit."""
    return fetch(store, "therapist_list", scope=scope)


def member_list(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the members of the families of the cases, by code."""
    return fetch(store, "member_list", scope=scope)


def group_list(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the supervision groups of the therapists, by code."""
    return fetch(store, "group_list", scope=scope)


def case_engagement(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return who came, which forms were completed and what became of agreed work.

    Args:
        store: An open store.
        scope: Who is looking.

    Returns:
        One row per session held; counts are 0 where nothing was exported.
    """
    return fetch(store, "case_engagement", scope=scope)
