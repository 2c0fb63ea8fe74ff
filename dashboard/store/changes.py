"""What an import changes: rows added, changed and gone since the generation before it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from dashboard.errors import StoreError
from dashboard.exports.schemas import NATIVE_TABLES, key_columns
from dashboard.store.arrow import polars_rows
from dashboard.store.connections import open_reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMPARED_ROWS = 3_000_000
"""Larger tables are only counted: comparing them would take more memory than the import itself."""

CHANGES = {
    "table_name": pl.String,
    "before_count": pl.Int64,
    "now_count": pl.Int64,
    "added_count": pl.Int64,
    "changed_count": pl.Int64,
    "vanished_count": pl.Int64,
}


def changes_since(before: Path | None, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return what the native tables of an export change in those of a generation.

    Args:
        before: File of the generation in use; none for a first import.
        tables: The native tables that are about to be published.

    Returns:
        One row for each native table: rows before and now, and by key how many were added,
        changed in content, and gone. Nulls stand where nothing could be compared: before a first
        import, with a generation that cannot be read, and for very large tables.
    """
    earlier = {} if before is None else _earlier(before)
    rows = [_compared(name, earlier.get(name), tables[name]) for name in NATIVE_TABLES]
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def _earlier(before: Path) -> dict[str, pl.DataFrame]:
    found: dict[str, pl.DataFrame] = {}
    try:
        with closing(open_reader(before)) as connection:
            for name in NATIVE_TABLES:
                relation = connection.table(f"native_{name}")
                count = relation.count("*").fetchall()[0][0]
                kept = relation if count <= COMPARED_ROWS else relation.limit(0)
                found[name] = polars_rows(kept)
                if count > COMPARED_ROWS:
                    del found[name]
    except (duckdb.Error, StoreError):
        return {}
    return found


def _compared(
    name: str, earlier: pl.DataFrame | None, now: pl.DataFrame
) -> tuple[str, int | None, int, int | None, int | None, int | None]:
    if earlier is None or now.height > COMPARED_ROWS or earlier.columns != now.columns:
        return name, None, now.height, None, None, None
    keys = key_columns(name)
    before_rows, now_rows = _marked(earlier.cast(now.schema), keys), _marked(now, keys)
    common = before_rows.join(now_rows, on=keys, how="inner", nulls_equal=True)
    changed = common.filter(pl.col("content") != pl.col("content_right")).height
    return (
        name,
        earlier.height,
        now.height,
        now.height - common.height,
        changed,
        earlier.height - common.height,
    )


def _marked(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return rows.select(*keys, rows.hash_rows(seed=1).alias("content"))
