"""Rows handed from DuckDB to Polars and back as an Arrow stream, without any further library.

This module may not import duckdb: Polars remembers the type of what it is given, and through
the type the module it was made in; DuckDB then reports itself as leaked at the end of the run.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl


class ArrowSource(Protocol):
    """Anything that can give its rows as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream as a capsule."""


class ArrowRows:
    """Rows that show their Arrow stream and nothing else."""

    def __init__(self, rows: ArrowSource) -> None:
        self._rows = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the Arrow stream of the rows."""
        return self._rows.__arrow_c_stream__(requested_schema)


def polars_rows(rows: ArrowSource) -> pl.DataFrame:
    """Return rows as a Polars frame."""
    return pl.DataFrame(ArrowRows(rows))
