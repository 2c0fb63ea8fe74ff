"""The types that the header of a query promises, as Polars has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dashboard.store.contracts import QueryContract

_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
}


def column_types(contract: QueryContract) -> dict[str, pl.DataType]:
    """Return the Polars type of each column that a query promises, in order."""
    return {column.name: _polars_type(column.type) for column in contract.columns}


def _polars_type(duckdb_type: str) -> pl.DataType:
    if duckdb_type.endswith("[]"):
        return pl.List(_TYPES[duckdb_type.removesuffix("[]")])
    return _TYPES[duckdb_type]
