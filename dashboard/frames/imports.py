"""The import itself: its files, the rows set aside, notices, and what the generation is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.store import Store


def generation_facts(store: Store) -> pl.DataFrame:
    """Return what the generation in use is, in exactly one row."""
    return fetch(store, "generation_facts")


def rules_in_force(store: Store) -> pl.DataFrame:
    """Return the value of every rule the signals were computed by, and their version, as text."""
    return fetch(store, "rules_in_force")


def rule_list(store: Store) -> pl.DataFrame:
    """Return every rule the signals were computed by, with its reason, one row per rule."""
    return fetch(store, "rule_list")


def import_files(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the files of the export with the rows accepted and set aside, one row per file."""
    return fetch(store, "import_files", scope=scope)


def set_aside_rows(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the rows that could not be accepted, each with its rule and how to mend it."""
    return fetch(store, "set_aside_rows", scope=scope)


def import_notices(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return what was accepted and yet deserves a look."""
    return fetch(store, "import_notices", scope=scope)


def import_changes(store: Store, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return what the last import added, changed and took away, one row per native table."""
    return fetch(store, "import_changes", scope=scope)
