"""What a measure and its columns mean, from the header of its query."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import QueryError
from dashboard.store import query_contracts

if TYPE_CHECKING:
    from dashboard.store import QueryContract

_WORDS_OF_TYPES = {
    "VARCHAR": "text",
    "INTEGER": "whole number",
    "BIGINT": "whole number",
    "DOUBLE": "number",
    "BOOLEAN": "yes or no",
    "DATE": "date",
    "TIMESTAMP": "date and time",
}


def catalogue() -> dict[str, str]:
    """Return every measure by name, with the sentence that says what it is."""
    return {
        name: contract.purpose
        for name, contract in sorted(query_contracts().items())
        if contract.folder != "publish"
    }


def column_definitions(name: str) -> pl.DataFrame:
    """Return the columns of a measure with their meaning, for the sheet beside its rows.

    Args:
        name: Name of a measure.

    Returns:
        ``column``, ``type``, ``may_be_empty`` and ``meaning``, one row per column in order.

    Raises:
        QueryError: If no measure has that name.
    """
    columns = require_measure(name).columns
    return pl.DataFrame(
        {
            "column": [column.name for column in columns],
            "type": [_type_in_words(column.type) for column in columns],
            "may_be_empty": [column.is_nullable for column in columns],
            "meaning": [column.description for column in columns],
        },
        schema={
            "column": pl.String,
            "type": pl.String,
            "may_be_empty": pl.Boolean,
            "meaning": pl.String,
        },
    )


def require_measure(name: str) -> QueryContract:
    """Return the contract of a measure.

    Raises:
        QueryError: If no measure has that name; the message names the nearest one.
    """
    if name not in catalogue():
        near = difflib.get_close_matches(name, catalogue(), n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        message = f"No measure is named '{name}'.{hint}"
        raise QueryError(message)
    return query_contracts()[name]


def _type_in_words(duckdb_type: str) -> str:
    if duckdb_type.endswith("[]"):
        return f"list of {_WORDS_OF_TYPES[duckdb_type.removesuffix('[]')]}s"
    return _WORDS_OF_TYPES[duckdb_type]
