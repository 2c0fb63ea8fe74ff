"""Signals of a family: where its members' ratings part, who is not heard, what threats wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def splits(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how far members' ratings of a session lie apart, one row per joint session and scale.

    Signed: who is highest, who lowest. No level means below notable, or that nothing can be
    judged: see ``range_sd`` (too few members in the service) and ``cut_notable`` (over 6 raters).
    """
    return fetch(store, "splits", selection, scope=scope)


def split_trends(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return whether members move apart or together, one row per case, instrument and scale."""
    return fetch(store, "split_trends", selection, scope=scope)
