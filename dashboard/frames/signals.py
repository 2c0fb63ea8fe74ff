"""Signals of one member's ratings: change, falls, trend, limits, ceiling, rupture and repair.

Each is a prompt to ask about something, never a finding; docs/signals.md says what exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def rating_changes(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return each rating against the one before it, one row per rating.

    A prompt of feedback-informed treatment asks; a reliable drop is more than the service's own
    ratings vary by from one session to the next. ``refusal`` says why that cannot be judged.

    Source: Jacobson and Truax 1991; the prompts of feedback-informed treatment.
    """
    return fetch(store, "rating_changes", selection, scope=scope)


def falls(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how many ratings in a row fell up to each rating, and by how much together.

    ``is_reliable`` is null where the service has too few series to say how far ratings vary.
    """
    return fetch(store, "falls", selection, scope=scope)


def rating_trends(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return where each series began and stands, and its slope, one row per series.

    The slope is null under four ratings: too early. It describes, and foretells nothing.
    """
    return fetch(store, "rating_trends", selection, scope=scope)


def own_limits(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return a member's own mean and lower limit beside each rating from the seventh on.

    Source: individuals and moving range chart (Shewhart).
    """
    return fetch(store, "own_limits", selection, scope=scope)


def ceilings(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return runs of perfect forms and slips after them, one row per series.

    Perfect forms in a row carry no information; they are never read as good.
    """
    return fetch(store, "ceilings", selection, scope=scope)


def ruptures(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return possible ruptures with their sessions, depth and state, one row per rupture.

    Judged against the member's own earlier ratings; see ``rupture_readiness`` for those who
    cannot be judged yet. No row means no possible rupture or too early, not that all is well.

    Source: two levels after Gumz and others 2012.
    """
    return fetch(store, "ruptures", selection, scope=scope)


def rupture_readiness(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return which series can be judged for a rupture, and the onsets at 1 and at 2 SD.

    Source: Gumz and others 2012 give both counts, since they depend on the criterion.
    """
    return fetch(store, "rupture_readiness", selection, scope=scope)


def manufactured_components(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return forms whose components were made from a total or look it, one row per form."""
    return fetch(store, "manufactured_components", selection, scope=scope)


def split_firing(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how often the rules of a split fire here, one row per instrument and raters."""
    return fetch(store, "split_firing", selection, scope=scope)


def rupture_firing(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how many members and cases have shown a possible rupture, one row per instrument."""
    return fetch(store, "rupture_firing", selection, scope=scope)
