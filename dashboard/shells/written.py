"""Rows of a query as the bytes of a file: CSV, JSON or Parquet."""

from __future__ import annotations

import io

import polars as pl

_RISKY_BEGINNINGS = "^[=+\\-@\t\r]"


def csv_bytes(rows: pl.DataFrame) -> bytes:
    """Return rows as UTF-8 CSV that no spreadsheet takes for formulas.

    A text that begins like a formula gets an apostrophe before it. Lists become text, parted by
    commas; null stays empty.
    """
    return neutralised(rows).write_csv().encode()


def json_bytes(rows: pl.DataFrame) -> bytes:
    """Return rows as a JSON list of objects; days in ISO form, null as null."""
    return (rows.write_json() + "\n").encode()


def parquet_bytes(rows: pl.DataFrame) -> bytes:
    """Return rows as Parquet, typed as the query says."""
    content = io.BytesIO()
    rows.write_parquet(content)
    return content.getvalue()


def neutralised(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with lists as text and no text that a spreadsheet would run."""
    flat = rows.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(",", ignore_nulls=True)
        for name, kind in rows.schema.items()
        if isinstance(kind, pl.List)
    )
    return flat.with_columns(
        pl.when(pl.col(pl.String).str.contains(_RISKY_BEGINNINGS))
        .then(pl.lit("'") + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
