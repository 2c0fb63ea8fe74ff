"""From a named query to a frame of settled types, kept for as long as its generation lasts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.errors import FrameError
from dashboard.store import column_types, query_contracts, selection_params

if TYPE_CHECKING:
    from dashboard.store import Store, StoreFacts

EVERYTHING = Selection()
"""No filter at all."""

CACHE_BYTES = 256 * 1024**2


class FrameCache:
    """Frames by key, the least recently used leaving first when they grow too large together."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self._frames: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> pl.DataFrame | None:
        """Return a kept frame, or none."""
        with self._lock:
            if key not in self._frames:
                return None
            self._frames.move_to_end(key)
            return self._frames[key].clone()

    def keep(self, key: Hashable, rows: pl.DataFrame) -> None:
        """Keep a frame, unless it alone is over the limit."""
        size = int(rows.estimated_size())
        if size > self.limit_bytes:
            return
        with self._lock:
            before = self._frames.pop(key, None)
            self._bytes += size - (0 if before is None else int(before.estimated_size()))
            self._frames[key] = rows.clone()
            while self._bytes > self.limit_bytes:
                _, dropped = self._frames.popitem(last=False)
                self._bytes -= int(dropped.estimated_size())

    def clear(self) -> None:
        """Forget every frame."""
        with self._lock:
            self._frames.clear()
            self._bytes = 0


kept_frames = FrameCache()
"""The frames of this process, whatever store they came from."""


def fetch(
    store: Store,
    name: str,
    selection: Selection | None = None,
    *,
    scope: Scope = WHOLE_GROUP,
    **params: object,
) -> pl.DataFrame:
    """Return the frame of a measure.

    Args:
        store: An open store.
        name: Name of the measure.
        selection: What is looked at, for measures that filter; none means every row.
        scope: Who is looking.
        params: Further parameters of the measure.

    Returns:
        Columns and types as the header of the query says; plain text where DuckDB has
        enumerations; no rows where nothing matches.

    Raises:
        QueryError: If the measure or a parameter is not known.
        FrameError: If the store does not give the columns the measure promises.
    """

    def ask() -> pl.DataFrame:
        chosen = {} if selection is None else selection_params(selection, store, query=name)
        return store.query(name, scope=scope, **(chosen | params))

    return _kept(store, name, (selection, scope, _key(params)), ask)


def fetch_told(store: Store, name: str, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
    """Return the rows of a measure that a page speaks of: all, or those its header says.

    Args:
        store: An open store.
        name: Name of the measure.
        scope: Who is looking.

    Returns:
        Columns, types and order as ``fetch`` gives; no rows where there is nothing to say.

    Raises:
        QueryError: If the measure is not known.
    """
    contract = query_contracts().get(name)
    if contract is not None and contract.is_documented:
        return fetch_with_cases(store, [name], scope=scope)[name]
    if contract is None or not contract.told_where:
        return fetch(store, name, scope=scope)
    return _kept(store, name, ("told", scope), lambda: store.told(name, scope=scope))


def fetch_with_cases(
    store: Store, names: Iterable[str], *, scope: Scope = WHOLE_GROUP
) -> dict[str, pl.DataFrame]:
    """Return the rows of measures that are kept with each case, those not at hand asked at once.

    Args:
        store: An open store.
        names: Measures whose headers say ``kept: with its case``.
        scope: Who is looking.

    Returns:
        By name what ``fetch_told`` gives.

    Raises:
        QueryError: If a measure is not known or not of this kind.
    """
    facts, wanted = store.facts, list(names)
    keys = {name: _cache_key(store, facts, name, ("with its case", scope)) for name in wanted}
    found = {name: kept_frames.get(key) for name, key in keys.items()}
    missing = [name for name in wanted if found[name] is None]
    asked = store.with_cases(missing, scope=scope) if missing else {}
    for name, rows in asked.items():
        if store.facts == facts:
            kept_frames.keep(keys[name], rows)
    return {name: rows for name, rows in (found | asked).items() if rows is not None}


def _kept(store: Store, name: str, how: Hashable, ask: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    facts = store.facts
    key = _cache_key(store, facts, name, how)
    kept = kept_frames.get(key)
    if kept is not None:
        return kept
    rows = require_columns(ask(), name)
    if store.facts == facts:
        kept_frames.keep(key, rows)
    return rows


def _cache_key(store: Store, facts: StoreFacts, name: str, how: Hashable) -> Hashable:
    return (store.folder, facts.content_hash, facts.loaded_at, name, how)


@cache
def no_rows(name: str) -> pl.DataFrame:
    """Return the frame of a measure without a row: its columns in their types.

    Args:
        name: Name of the measure.
    """
    return pl.DataFrame(schema=column_types(query_contracts()[name]))


def require_columns(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return rows with the columns of a measure in its order and types.

    Args:
        rows: Rows that should be those of the measure.
        name: Name of the measure.

    Raises:
        FrameError: If a column is missing or of a type that does not fit.
    """
    types = column_types(query_contracts()[name])
    missing = [column for column in types if column not in rows.columns]
    if missing:
        message = f"A frame of '{name}' has the columns {list(types)}; this one lacks {missing}."
        raise FrameError(message)
    if dict(rows.schema) == types and rows.columns == list(types):
        return rows
    try:
        return rows.select(list(types)).cast(types)  # type: ignore[arg-type]
    except pl.exceptions.PolarsError:
        message = f"A frame of '{name}' has a column whose type does not fit its header."
        raise FrameError(message) from None


def _key(params: dict[str, object]) -> Hashable:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(params.items())
    )
