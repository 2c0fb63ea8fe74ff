"""Instruments in use: their scales, display steps and the sums of their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.store import Store


def instrument_family_list(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the instruments in use as families shown together, in registry order."""
    return fetch(store, "instrument_family_list", scope=scope)


def instrument_scales(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the scales of the instruments in use with their legal range."""
    return fetch(store, "instrument_scales", scope=scope)


def display_steps(store: Store) -> pl.DataFrame:
    """Return where each display step begins and ends; no step is a clinical cut-off."""
    return fetch(store, "display_steps")


def form_totals(store: Store, instrument_id: str, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the sums of raw item answers after reversal, for every filled-in form.

    Args:
        store: An open store.
        instrument_id: The instrument, by its id in the registry.
        scope: Who is looking.

    Returns:
        One row per form; a sum is null where an item of its scale is missing; no rows where
        the instrument has no forms.
    """
    return fetch(store, "form_totals", scope=scope, instrument_id=instrument_id)
