"""What a mapping left aside: columns, rows and files that nothing takes, keys without partner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.counting import counted
from dashboard.exports.guessing import sites_that_differ
from dashboard.exports.headers import ROW
from dashboard.exports.input_files import FILE
from dashboard.exports.mapping_names import named_columns
from dashboard.exports.native import file_note, is_companion
from dashboard.exports.raw import FILE_NOTES
from dashboard.exports.sheet_formulas import FORMULA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.input_files import MappedFile
    from dashboard.exports.mapping_model import Block, ExportMapping, Join
    from dashboard.exports.raw import RawTable

_NOT_USED = ("column_not_used", "The mapping takes nothing from this column.")
_SEVERAL_SITES = (
    "Not used, although it seems to hold sites: a therapist has rows of several and can have one "
    "group only. To take the last one, map the column to 'group_id' of 'therapists'."
)
_SITES = ("therapist_at_several_sites", _SEVERAL_SITES)


def mapping_notes(
    listed: ExportFiles,
    mapping: ExportMapping,
    files: dict[str, MappedFile],
    tables: dict[str, RawTable],
) -> pl.DataFrame:
    """Return notices of everything in the files that the mapping does not take.

    Args:
        listed: Files of the export.
        mapping: The mapping.
        files: Its input files, read.
        tables: The native tables made of them.

    Returns:
        Rows as in ``raw.FILE_NOTES``; empty when everything is taken.
    """
    notes = [found.notices for found in files.values()]
    notes += [
        file_note(table.file, "", None, rule, message)
        for found in files.values()
        for table in found.tables
        for rule, message in table.notes
    ]
    notes += [*_other_files(listed, files), *_other_columns(mapping, files)]
    notes += _other_rows(mapping, files, tables)
    for block in mapping.blocks:
        notes += [_unmatched(block, join, files) for join in block.joins]
    return pl.concat([pl.DataFrame(schema=FILE_NOTES), *notes]).unique(maintain_order=True)


def _other_files(listed: ExportFiles, files: dict[str, MappedFile]) -> list[pl.DataFrame]:
    read = {table.file for found in files.values() for table in [*found.tables, *found.companions]}
    return [
        file_note(name, "", None, "file_not_read", "The mapping does not name this file.")
        for name in listed.names
        if name not in read and not is_companion(name) and not name.endswith(".toml")
        if not any(other.startswith(f"{name} [") for other in read)
    ]


def _other_columns(mapping: ExportMapping, files: dict[str, MappedFile]) -> list[pl.DataFrame]:
    notes = []
    for file_id, found in files.items():
        for table in found.tables:
            unused = [
                column
                for column in [*table.columns, *table.passed_over]
                if column not in table.derived
                and not _is_used(mapping, file_id, column, table.derived)
            ]
            sites = sites_that_differ(table.rows, [each for each in unused if each in table.rows])
            notes += [
                file_note(table.file, "", column, *(_SITES if column in sites else _NOT_USED))
                for column in unused
            ]
    return notes


def used_refusals(mapping: ExportMapping, file_id: str, found: MappedFile) -> pl.DataFrame:
    """Return what a profile could not take of columns that the mapping uses (``raw.ASIDE``).

    A row that could not be taken as a whole always counts. A column is used too where the mapping
    takes one that the profile made of it.
    """
    derived = {name: own for table in found.tables for name, own in table.derived.items()}
    columns = found.set_aside["column_name"]
    used = [
        name
        for name in columns.unique().to_list()
        if name is None or _is_used(mapping, file_id, str(name), derived)
    ]
    refused = found.set_aside.filter(columns.is_in(used, nulls_equal=True))
    formulas = refused.filter(pl.col("rule") == FORMULA)
    return pl.concat(
        [
            refused.filter(pl.col("rule") != FORMULA),
            formulas.unique(["file", "row_no"], keep="first", maintain_order=True),
        ]
    )


def without_formula_rows(mapping: ExportMapping, file_id: str, found: MappedFile) -> MappedFile:
    """Return a file without the rows of which the mapping takes the result of a formula.

    A sum below a table is no session, so the row goes as a whole; ``used_refusals`` tells of it.
    """
    if FORMULA not in found.set_aside["rule"]:
        return found
    formulas = used_refusals(mapping, file_id, found).filter(pl.col("rule") == FORMULA)
    rows = found.rows.join(
        formulas,
        left_on=[FILE, ROW],
        right_on=["file", "row_no"],
        how="anti",
        maintain_order="left",
    )
    return replace(found, rows=rows)


def _is_used(mapping: ExportMapping, file_id: str, column: str, derived: Mapping[str, str]) -> bool:
    names = [column, *(name for name, own in derived.items() if own == column)]
    return any(
        name in named_columns(block, file_id, name) for block in mapping.blocks for name in names
    )


def _other_rows(
    mapping: ExportMapping, files: dict[str, MappedFile], tables: dict[str, RawTable]
) -> list[pl.DataFrame]:
    origins = [table.origin.rows.select("file", "row_no") for table in tables.values()]
    taken = pl.concat(origins).unique()
    feeding = {block.file_id for block in mapping.blocks}
    notes = []
    for file_id, found in files.items():
        rows = found.rows.select(pl.col(FILE).alias("file"), pl.col(ROW).alias("row_no"))
        if file_id not in feeding:
            continue
        left = rows.join(taken, on=["file", "row_no"], how="anti")
        for file, count in left.group_by("file").len().sort("file").iter_rows():
            rows_left = counted(count, "row")
            message = f"The conditions of the mapping ('where') take {rows_left} of it nowhere."
            notes.append(file_note(str(file), "", None, "rows_not_used", message))
    return notes


def _unmatched(block: Block, join: Join, files: dict[str, MappedFile]) -> pl.DataFrame:
    rows = files[block.file_id].rows
    if not set(join.left) <= set(rows.columns):
        return pl.DataFrame(schema=FILE_NOTES)
    partners = files[join.file_id].rows.select(join.right).drop_nulls()
    return (
        rows.drop_nulls(list(join.left))
        .join(partners, left_on=join.left, right_on=join.right, how="anti")
        .select(
            pl.col(FILE).alias("file"),
            pl.col(ROW).alias("row_no"),
            pl.lit(block.table).alias("table_name"),
            pl.lit(join.left[0]).alias("column_name"),
            pl.lit("join_unmatched").alias("rule"),
            pl.lit(f"File '{join.file_id}' has no row with this key.").alias("message"),
        )
    )
