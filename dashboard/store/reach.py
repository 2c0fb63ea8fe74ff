"""Rows of some cases: what a scope means to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.store.contracts import SCOPE_PARAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

_IN_REACH = "select unnest(cast($scope_case_ids as varchar[])) as case_id"


def of_cases(
    connection: duckdb.DuckDBPyConnection,
    rows: duckdb.DuckDBPyRelation,
    cases: Iterable[str] | None,
) -> duckdb.DuckDBPyRelation:
    """Return the rows of some cases, or all of them where no cases are given.

    Args:
        connection: Where the rows come from.
        rows: Rows with a column ``case_id``.
        cases: Codes of cases; those that do not exist find nothing.
    """
    if cases is None:
        return rows
    in_reach = connection.sql(_IN_REACH, params={SCOPE_PARAM: sorted(cases)})
    return rows.join(in_reach, "case_id", how="semi")
