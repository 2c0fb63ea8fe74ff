"""What publishing keeps with each case: a document for each measure that a page shows of it.

A page asks some twenty measures about a few cases, which stand far apart in a large store. Asked
one by one, planning each question takes longer than reading its rows. So the rows of a case are
also kept as JSON beside its code, a column for each measure, and found by that code alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.scope import Scope
from dashboard.store.arrow import ArrowRows, polars_rows
from dashboard.store.columns import column_types
from dashboard.store.connections import ROWS_TOGETHER
from dashboard.store.contracts import SCOPE_PARAM, documented_contracts, told_contracts
from dashboard.store.parameters import bind
from dashboard.store.reach import of_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import duckdb

    from dashboard.store.contracts import QueryContract

DOCUMENTS = "case_documents"
"""The table: a row for each case, a column for each measure; null where it has no row of a case."""

CASES_AT_ONCE = ROWS_TOGETHER
"""Cases whose documents are made together: memory for them is bounded at any size of service, and
what fills a whole group of rows is written once, without a way through the log."""

_IN_HAND = "documents_in_hand"
_DOCUMENTS_OF = """
select
    case_id,
    columns(lambda measure: list_contains(cast($measures as varchar[]), measure))
from case_documents
where
    cast($scope_case_ids as varchar[]) is null
    or case_id in (select unnest(cast($scope_case_ids as varchar[])))
"""
_FOUND_BY_CASE = "create unique index case_documents_by_case on case_documents (case_id)"


def documents_steps(case_count: int) -> int:
    """Return in how many steps ``make_documents`` makes those of a service."""
    return -(-max(case_count, 1) // CASES_AT_ONCE) + 1


def make_documents(connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[], object]]:
    """Yield what makes the documents, step after step: of some cases, of the next, then the index.

    Args:
        connection: A store whose other tables are made.
    """
    cases = polars_rows(connection.table("case_facts").project("case_id")).sort("case_id")
    for first in range(0, max(cases.height, 1), CASES_AT_ONCE):
        some = cases.slice(first, CASES_AT_ONCE)
        yield partial(_keep_documents, connection, some, is_first=not first)
    yield lambda: connection.execute(_FOUND_BY_CASE).fetchall()


def _keep_documents(
    connection: duckdb.DuckDBPyConnection, cases: pl.DataFrame, *, is_first: bool
) -> None:
    codes = cases["case_id"].to_list()
    for contract in documented_contracts().values():
        made = polars_rows(_document(connection, contract, codes))
        cases = cases.join(made, on="case_id", how="left", maintain_order="left")
    connection.register(_IN_HAND, ArrowRows(cases))
    rows = connection.table(_IN_HAND)
    (rows.create if is_first else rows.insert_into)(DOCUMENTS)
    connection.unregister(_IN_HAND)


def _document(
    connection: duckdb.DuckDBPyConnection, contract: QueryContract, cases: Sequence[str]
) -> duckdb.DuckDBPyRelation:
    table = contract.told_table if contract.name in told_contracts() else contract.table
    scope = Scope("publishing", frozenset(cases))
    rows = (
        of_cases(connection, connection.table(table), cases)
        if table
        else connection.sql(contract.sql, params=bind(contract, scope, {}))
    )
    if contract.told_where:
        rows = rows.filter(contract.told_where)
    columns = ", ".join(
        f"{column.name} := list(cast({column.name} as {column.type}))"
        for column in contract.columns
        if column.name != "case_id"
    )
    document = f"cast(to_json(struct_pack({columns})) as varchar) as {contract.name}"
    return rows.aggregate(f"case_id, {document}", "case_id")


def documents_of(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], cases: Iterable[str] | None
) -> pl.DataFrame:
    """Return the documents of some measures about some cases, or about all where none are given.

    Args:
        connection: A store to read.
        names: Measures whose headers say that they are kept so.
        cases: Codes of cases.

    Returns:
        ``case_id`` and a column for each measure: JSON, or null where it has no row of a case.
    """
    chosen = None if cases is None else sorted(cases)
    asked = connection.execute(_DOCUMENTS_OF, {"measures": list(names), SCOPE_PARAM: chosen})
    columns = [name for name, *_ in asked.description or ()]
    return pl.DataFrame(asked.fetchall(), dict.fromkeys(columns, pl.String), orient="row")


def rows_within(
    documents: pl.DataFrame, contracts: Iterable[QueryContract]
) -> dict[str, pl.DataFrame]:
    """Return the rows that stand in documents, by measure.

    Args:
        documents: ``case_id`` and a column with the name of each measure: JSON or null.
        contracts: The measures.

    Returns:
        Columns, types and order as the header of the measure says; no rows without a document.
    """
    measures = {contract.name: contract for contract in contracts}
    types = {name: column_types(contract) for name, contract in measures.items()}
    read = documents.select(
        "case_id",
        *(pl.col(name).str.json_decode(pl.Struct(_lists(types[name]))) for name in measures),
    )
    return {name: _rows(read, contract, types[name]) for name, contract in measures.items()}


def _rows(
    read: pl.DataFrame, contract: QueryContract, types: dict[str, pl.DataType]
) -> pl.DataFrame:
    lists = read[["case_id", contract.name]].drop_nulls().unnest(contract.name)
    rows = lists.explode(lists.columns[1:])
    columns = [_read(name, type_) for name, type_ in types.items()]
    return rows.select(columns).sort(contract.order, nulls_last=True)


def _lists(types: dict[str, pl.DataType]) -> dict[str, pl.DataType]:
    """Return the columns of a document: a list for each, days as they are written."""
    written = {name: pl.String() if type_ == pl.Date() else type_ for name, type_ in types.items()}
    return {name: pl.List(type_) for name, type_ in written.items() if name != "case_id"}


def _read(name: str, type_: pl.DataType) -> pl.Expr:
    return pl.col(name).str.to_date("%Y-%m-%d") if type_ == pl.Date() else pl.col(name)
