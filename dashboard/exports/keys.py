"""Between rows: no key twice, and every reference names a row that was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.schemas import REFERENCES, empty_table, key_columns
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from dashboard.exports.workbench import Workbench

_SAME = "The row stands in the file more than once; the first one counts. Remove the others."
_OTHER = (
    "Several rows have this key with different content; none of them counts. Keep the right one, "
    "or take a column of theirs from somewhere else. They differ in: {columns}."
)
_MIXED = (
    "Several rows give this form different instruments; none of them counts. "
    "Give each instrument a form of its own."
)


def check_keys(bench: Workbench, table: str) -> None:
    """Set aside rows whose key stands twice: never averaged, never chosen by chance.

    Of identical rows the first stays; of rows with the same key and different content none does.
    """
    rows, key = bench.rows(table), key_columns(table)
    if rows.is_empty() or not (repeated := rows.select(key).is_duplicated()).any():
        return
    content = [name for name in rows.columns if name != ROW_ID]
    doubled = rows.filter(repeated).with_columns(
        pl.struct(content).n_unique().over(key).alias("__versions"),
        pl.col(ROW_ID).min().over(key).alias("__first"),
    )
    same = doubled.filter((pl.col("__versions") == 1) & (pl.col(ROW_ID) != pl.col("__first")))
    other = doubled.filter(pl.col("__versions") > 1)
    bench.set_aside(table, same, key[0], "duplicate_identical", _SAME)
    if table == "forms":
        kinds = pl.col("instrument_id").n_unique().over(key)
        mixed = other.filter(kinds > 1)
        bench.set_aside(table, mixed, "instrument_id", "mixed_instruments", _MIXED)
        other = other.join(mixed, on=ROW_ID, how="anti")
    if not other.is_empty():
        mend = _OTHER.format(columns=", ".join(_differing(other, content, key)))
        bench.set_aside(table, other, key[0], "duplicate_conflicting", mend)


def _differing(rows: pl.DataFrame, content: list[str], key: list[str]) -> list[str]:
    """Return the columns in which rows of one key are not alike; names, never what they hold."""
    counts = rows.select(pl.col(name).n_unique().over(key).max() for name in content)
    return [name for name in content if counts[name][0] > 1]


def derive_therapists(bench: Workbench) -> None:
    """List the therapists that sessions and cases name, when the export has no such table.

    Nothing is invented: the grade is "unknown", and a notice says where the list comes from.
    """
    if "therapists" in bench.given:
        return
    named = [
        bench.rows("case_therapists").select("therapist_id"),
        bench.rows("sessions").select(therapist_id="lead_therapist_id"),
        bench.rows("forms")
        .filter(pl.col("perspective") == "therapist")
        .select(therapist_id="rater_id"),
    ]
    found = pl.concat(named).drop_nulls().unique().sort("therapist_id")
    if found.is_empty():
        return
    derived = pl.concat([empty_table("therapists"), found], how="diagonal").with_columns(
        pl.lit("unknown").alias("grade")
    )
    bench.tables["therapists"] = derived.with_row_index(ROW_ID)
    bench.notice(
        "sessions",
        None,
        "lead_therapist_id",
        "therapists_derived",
        "The export has no table 'therapists'; the list was made from the ids that the other "
        "tables name, with grade unknown.",
    )


def check_references(bench: Workbench, table: str) -> None:
    """Set aside rows that name a row of another table which is not there, or was set aside."""
    for column, parent in REFERENCES.get(table, ()):
        check_reference(bench, table, column, parent)


def check_reference(
    bench: Workbench, table: str, column: str, parent: str, *, only: pl.Expr | None = None
) -> None:
    """Set aside rows whose column names no accepted row of another table.

    Args:
        bench: Rows under validation.
        table: Native table whose rows are looked at.
        column: Its column; an empty cell names nothing and is sound.
        parent: Native table the column refers to, already checked.
        only: Rows the reference is meant for; all where none is given.
    """
    rows, key = bench.rows(table), key_columns(parent)[0]
    named = rows.filter(pl.col(column).is_not_null())
    if only is not None:
        named = named.filter(only)
    known = bench.rows(parent)[key]
    lost = named.filter(~pl.col(column).is_in(known.implode()))
    if lost.is_empty():
        return
    seen = bench.seen_keys.get(parent, pl.Series(dtype=pl.String)).drop_nulls()
    cascades = lost.filter(pl.col(column).is_in(seen.implode()))
    orphans = lost.join(cascades, on=ROW_ID, how="anti")
    bench.set_aside(
        table,
        cascades,
        column,
        "reference_set_aside",
        f"The row of '{parent}' that '{column}' names was itself set aside; mend that row first.",
    )
    bench.set_aside(
        table,
        orphans,
        column,
        "unknown_reference",
        f"'{column}' names no row of '{parent}'. Correct the id, or add the row there.",
    )
