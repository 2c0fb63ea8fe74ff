"""Rows under validation: what is still accepted, what was set aside, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.schemas import empty_table

if TYPE_CHECKING:
    from dashboard.domain.instruments import Registry

ROW_ID = "__id"
"""Internal column: number of a row within its table, in the order of reading."""

FAULTS = {ROW_ID: pl.UInt32, "column_name": pl.String, "rule": pl.String, "mend": pl.String}
"""Columns of the faults of one table; one row per row set aside."""

NOTICES = {ROW_ID: pl.UInt32, "column_name": pl.String, "rule": pl.String, "message": pl.String}
"""Columns of the notices of one table."""


@dataclass(frozen=True)
class Origin:
    """Where the rows of a native table were read: file, row and column of each.

    Attributes:
        rows: One row per native row: ``__id``, ``file``, ``row_no``, and ``block``, the number
            of the mapping block (0 where there is none).
        columns: For a mapping: by block and native column, the column of the file.
        cells: By native row, the wide column its value came from: ``__id``, ``cell``.
        joined: By block and native column of a joined file: ``__id``, ``file``, ``row_no``.
        made_of: By a column that a profile made, the column of the file it comes from.
    """

    rows: pl.DataFrame
    columns: Mapping[tuple[int, str], str | None] = field(default_factory=dict)
    cells: pl.DataFrame | None = None
    cell_columns: frozenset[tuple[int, str]] = frozenset()
    joined: Mapping[tuple[int, str], pl.DataFrame] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Workbench:
    """The native tables while they are checked.

    Attributes:
        registry: Known instruments.
        tables: Rows still accepted, with ``__id``; a table that no file gave is empty.
        given: Names of the tables that a file gave.
        origins: Where the rows of each table were read.
        seen_keys: Keys of every row that was read, also of those set aside since, by table.
        faults: Rows set aside, by table.
        notices: What was accepted but is worth knowing, by table.
        merged: How many rows were merged into one that says the same, by table.
    """

    registry: Registry
    tables: dict[str, pl.DataFrame]
    given: frozenset[str]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    seen_keys: dict[str, pl.Series] = field(default_factory=dict)
    faults: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    notices: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)

    def rows(self, table: str) -> pl.DataFrame:
        """Return the rows still accepted of a table, without internal columns if it is empty."""
        found = self.tables.get(table)
        if found is None:
            return empty_table(table).with_columns(pl.lit(None, pl.UInt32).alias(ROW_ID))
        return found

    def where(self, table: str, number: int, column: str) -> str:
        """Return file and row of a native row for a sentence, at the column that matters."""
        found = located(
            self.origins[table],
            pl.DataFrame(
                {ROW_ID: [number], "column_name": [column]},
                schema={ROW_ID: pl.UInt32, "column_name": pl.String},
            ),
        ).row(0, named=True)
        place = f"{found['file']}, row {found['row_no']}"
        if found["column_name"] is None:
            return f"{place} (the mapping sets '{table}.{column}')"
        return f"{place}, column '{found['column_name']}'"

    def set_aside(
        self, table: str, bad: pl.DataFrame | pl.Series, column: str | None, rule: str, mend: str
    ) -> None:
        """Take rows out of a table for one reason.

        Args:
            table: Native table.
            bad: The rows (``__id`` is used), or their ``__id``.
            column: Column at fault, or none where it is the row.
            rule: Code of the rule.
            mend: Sentence that says what to do; no value, no id.
        """
        numbers = bad[ROW_ID] if isinstance(bad, pl.DataFrame) else bad
        if numbers.is_empty():
            return
        found = pl.DataFrame({ROW_ID: numbers.unique(maintain_order=True)}).with_columns(
            pl.lit(column, pl.String).alias("column_name"),
            pl.lit(rule).alias("rule"),
            pl.lit(mend).alias("mend"),
        )
        self.take_out(table, found)

    def take_out(self, table: str, found: pl.DataFrame) -> None:
        """Take out the rows of a frame of faults, one row per row set aside."""
        if found.is_empty():
            return
        self.faults.setdefault(table, []).append(found.select(*FAULTS))
        self.tables[table] = self.tables[table].join(found, on=ROW_ID, how="anti")

    def notice(
        self,
        table: str,
        rows: pl.DataFrame | None,
        column: str | None,
        rule: str,
        message: str,
    ) -> None:
        """Note something about accepted rows, or about a whole table where no rows are given."""
        numbers: Sequence[int | None] | pl.Series = [None] if rows is None else rows[ROW_ID]
        if len(numbers) == 0:
            return
        self.notices.setdefault(table, []).append(
            pl.DataFrame({ROW_ID: numbers}, schema={ROW_ID: pl.UInt32}).with_columns(
                pl.lit(column, pl.String).alias("column_name"),
                pl.lit(rule).alias("rule"),
                pl.lit(message).alias("message"),
            )
        )


def located(origin: Origin, found: pl.DataFrame) -> pl.DataFrame:
    """Return faults or notices with the file, the row and the column of the file.

    Args:
        origin: Where the rows of the table were read.
        found: ``__id`` (null: about the table), ``column_name``, and anything else.

    Returns:
        The same rows with ``file``, ``row_no`` and the column as the file names it; empty
        for no rows.
    """
    placed = found.join(origin.rows, on=ROW_ID, how="left", maintain_order="left")
    if origin.cells is not None:
        placed = placed.join(origin.cells, on=ROW_ID, how="left", maintain_order="left")
        at_cell = pl.struct("block", "column_name").is_in(_pairs(origin.cell_columns).implode())
        placed = placed.with_columns(pl.when(at_cell).then(pl.col("cell")).alias("cell"))
    else:
        placed = placed.with_columns(pl.lit(None, pl.String).alias("cell"))
    for (block, column), rows in origin.joined.items():
        other = rows.rename({"file": "__file", "row_no": "__row_no"})
        placed = placed.join(other, on=ROW_ID, how="left", maintain_order="left")
        here = (pl.col("block") == block) & (pl.col("column_name") == column)
        here = here & pl.col("__row_no").is_not_null()
        placed = placed.with_columns(
            pl.when(here).then(pl.col("__file")).otherwise(pl.col("file")).alias("file"),
            pl.when(here).then(pl.col("__row_no")).otherwise(pl.col("row_no")).alias("row_no"),
        ).drop("__file", "__row_no")
    return placed.with_columns(_file_column(origin)).drop("block", "cell")


def _pairs(pairs: frozenset[tuple[int, str]]) -> pl.Series:
    rows = [{"block": block, "column_name": column} for block, column in sorted(pairs)]
    return pl.Series(rows, dtype=pl.Struct({"block": pl.UInt32, "column_name": pl.String}))


def _file_column(origin: Origin) -> pl.Expr:
    """Return the column as the file names it: the wide cell, the declared source, or its own."""
    own = pl.col("column_name")
    for (block, column), source in origin.columns.items():
        here = (pl.col("block") == block) & (pl.col("column_name") == column)
        own = pl.when(here).then(pl.lit(source, pl.String)).otherwise(own)
    found = pl.coalesce(pl.col("cell"), own)
    return found.replace(origin.made_of).alias("column_name")
