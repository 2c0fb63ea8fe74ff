"""Rows that repeat what is known of a person or session become one row, as a mapping declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.schemas import key_columns
from dashboard.exports.values import value_of_text
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.raw import Distinct
    from dashboard.exports.workbench import Workbench


def merge_rows(bench: Workbench, table: str, distinct: Distinct) -> None:
    """Merge rows of one key: identical ones, or each column's last filled value.

    Args:
        bench: Rows under validation, values checked.
        table: Native table.
        distinct: "identical" merges equal rows and leaves the others to the key rules; "last"
            takes the last filled value of each column and notes where rows differ.
    """
    rows = bench.rows(table)
    content = [name for name in rows.columns if name != ROW_ID]
    if distinct == "identical":
        kept = rows.unique(content, keep="first", maintain_order=True)
    else:
        kept = _last_filled(bench, table, rows, content)
    bench.merged[table] = rows.height - kept.height
    bench.tables[table] = kept.select(rows.columns)


def fill_defaults(bench: Workbench, table: str, defaults: Mapping[str, str]) -> None:
    """Fill what no row of a key said with what the mapping says an empty cell means."""
    rows = bench.rows(table)
    bench.tables[table] = rows.with_columns(
        pl.col(name).fill_null(value_of_text(pl.lit(default), rows.schema[name]))
        for name, default in defaults.items()
    )


def _last_filled(
    bench: Workbench, table: str, rows: pl.DataFrame, content: list[str]
) -> pl.DataFrame:
    key = key_columns(table)
    others = [name for name in content if name not in key]
    merged = rows.group_by(key, maintain_order=True).agg(
        *[pl.col(name).drop_nulls().last() for name in others],
        *[pl.col(name).drop_nulls().n_unique().alias(f"__n_{name}") for name in others],
        pl.col(ROW_ID).last(),
    )
    for name in others:
        bench.notice(
            table,
            merged.filter(pl.col(f"__n_{name}") > 1),
            name,
            "rows_differ",
            "Earlier rows say something else here; the last filled value is used.",
        )
    return merged
