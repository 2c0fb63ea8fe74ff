"""Threats to the alliance that somebody coded, and what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def threat_spans(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return from which session to which each coded threat was open, one row per threat."""
    return fetch(store, "threat_spans", scope=scope)


def threat_type_list(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the types of threat that were coded, with how many threats and cases."""
    return fetch(store, "threat_type_list", scope=scope)


def strategy_uses(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return what was tried, at which session and for which threat; no claim of an effect."""
    return fetch(store, "strategy_uses", scope=scope)


def threat_types_by_month(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return how many threats of each type were coded in a month, and open at its sessions.

    A month is there only where something happened in it; without dates there is no row.
    """
    return fetch(store, "threat_types_by_month", selection, scope=scope)


def threat_strategy_matrix(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return what was tried for which type of threat, and how the next ratings lay.

    Raw changes in points, never across instruments. Which strategy is chosen depends on how a
    family is doing, so a change says nothing of what a strategy does. Below the least number of
    cases (a rule) only counts are given.
    """
    return fetch(store, "threat_strategy_matrix", selection, scope=scope)


def threat_cooccurrence(
    store: Store, selection: Selection = EVERYTHING, *, scope: Scope = WHOLE_GROUP
) -> pl.DataFrame:
    """Return which types of threat were open in a case at the same session, one row per pair."""
    return fetch(store, "threat_cooccurrence", selection, scope=scope)


def threats_by_quarter(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return how many threats of each type were coded in each quarter; undated ones are left out.

    Small counts are held back by whoever shows them outside the service, not here.
    """
    return fetch(store, "threats_by_quarter", scope=scope)
