"""The alliance itself: cells of the heatmaps, weeks of the overview, the one-line summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def alliance_cells(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return every cell of the heatmaps: a raw score, or the reason why there is none.

    The grid is complete: a session, row and scale without a form is a cell with a state, never
    a row left out, and never a zero.

    Args:
        store: An open store.
        selection: What is looked at.
        scope: Who is looking.

    Returns:
        One row per case, session, heatmap row and scale; no rows where nothing is chosen.
    """
    return fetch(store, "alliance_cells", selection, scope=scope)


def drawn_cells(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return what pictures and sentences need of every cell: a part of ``alliance_cells``.

    Args:
        store: An open store.
        scope: Who is looking.

    Returns:
        The same cells in the same order; without what their rows and sessions say of themselves.
    """
    return fetch(store, "drawn_cells", scope=scope)


def alliance_by_family_week(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return the lowest rating by a member in each week of a case: never a mean over people.

    Args:
        store: An open store.
        selection: What is looked at.
        scope: Who is looking.

    Returns:
        One row per case, family of instruments and week with a session; no rows without dates.
    """
    return fetch(store, "alliance_by_family_week", selection, scope=scope)


def selection_summary(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how much was chosen: forms, families, the lowest and highest rating by a member.

    Args:
        store: An open store.
        selection: What is looked at.
        scope: Who is looking.

    Returns:
        Exactly one row; counts of 0 and null scores where nothing is chosen.
    """
    return fetch(store, "selection_summary", selection, scope=scope)


def cell_counts(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return how many cells the heatmaps of each case hold, one row per case."""
    return fetch(store, "cell_counts", scope=scope)


def session_scores(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return how many forms of each session have a score on a scale, and the ends of its ratings.

    Args:
        store: An open store.
        scope: Who is looking.

    Returns:
        A row per session, instrument family and scale with a score; ``lowest_score`` and
        ``highest_score`` in raw points, over ratings by members and null without one.
    """
    return fetch(store, "session_scores", scope=scope)
