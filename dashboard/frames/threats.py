"""Threats to the alliance that somebody coded, and what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import fetch

if TYPE_CHECKING:
    import polars as pl

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
