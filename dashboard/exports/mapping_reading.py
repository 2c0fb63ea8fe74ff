"""Files of any form, read by a mapping into raw native tables that know where they came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import MappingError, SourceError
from dashboard.exports.headers import ROW
from dashboard.exports.input_files import FILE, MappedFile, read_mapped_file
from dashboard.exports.manifest import ExportFacts, Manifest
from dashboard.exports.mapping_columns import (
    NativeColumn,
    its_columns,
    native_column,
    placeholders,
    resolve,
)
from dashboard.exports.mapping_notes import mapping_notes, used_refusals, without_formula_rows
from dashboard.exports.mapping_sums import without_rows_of_sums
from dashboard.exports.native import find_manifest, ragged_rows, unused_entries
from dashboard.exports.raw import ASIDE, Progress, RawExport, RawFile, RawTable
from dashboard.exports.schemas import polars_schema
from dashboard.exports.workbench import FAULTS, ROW_ID, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.mapping_model import Block, Condition, ExportMapping, Join, Unpivot

_CELL = "__cell"


@dataclass(frozen=True)
class BlockRows:
    """The native rows of one block and where each stood."""

    block: Block
    texts: pl.DataFrame
    rows: pl.DataFrame
    columns: dict[str, NativeColumn]


def read_mapped(listed: ExportFiles, mapping: ExportMapping, progress: Progress) -> RawExport:
    """Read the files of an export as a mapping describes them.

    Args:
        listed: Files of the export.
        mapping: How they become native tables.
        progress: Told which file or table is being read.

    Returns:
        Raw native tables; each row knows its file, row and column.

    Raises:
        SourceError: If a file or column is missing, a key stands twice, or days are ambiguous.
        PendingSource: If a file is not whole.
    """
    manifest = find_manifest(listed)
    files = _read_files(listed, mapping, manifest, progress)
    found: list[BlockRows] = []
    for number, block in enumerate(mapping.blocks):
        progress(f"Arranging {block.table}", 0.5 + number / len(mapping.blocks) / 2)
        is_last = mapping.distinct.get(block.table) == "last"
        found.append(_block_rows(block, files, has_late_defaults=is_last))
    by_table: dict[str, list[BlockRows]] = {}
    for block_rows in found:
        by_table.setdefault(block_rows.block.table, []).append(block_rows)
    tables = {
        table: replace(
            _raw_table(table, blocks, _made_of(files)),
            distinct=mapping.distinct.get(table, "no"),
            late_defaults=_defaults(blocks),
        )
        for table, blocks in by_table.items()
    }
    return RawExport(
        tables=tables,
        files=_raw_files(mapping, files),
        set_aside=_ragged(mapping, files),
        notices=pl.concat(
            [
                mapping_notes(listed, mapping, files, tables),
                *unused_entries(listed, manifest, []),
            ]
        ),
        facts=_facts(mapping.facts, manifest),
        mapping_fingerprint=mapping.fingerprint,
    )


def _read_files(
    listed: ExportFiles, mapping: ExportMapping, manifest: Manifest | None, progress: Progress
) -> dict[str, MappedFile]:
    files: dict[str, MappedFile] = {}
    for number, (file_id, spec) in enumerate(mapping.files.items()):
        progress(f"Reading {spec.path}", number / len(mapping.files) / 2)
        files[file_id] = read_mapped_file(listed, spec, manifest)
    return {
        file_id: without_rows_of_sums(
            mapping, file_id, without_formula_rows(mapping, file_id, found)
        )
        for file_id, found in _sheets_apart(files).items()
    }


def _sheets_apart(files: dict[str, MappedFile]) -> dict[str, MappedFile]:
    """Return the files with the sheet in their names where several of one workbook are read."""
    names = [table.file for found in files.values() for table in found.tables]
    return {
        file_id: _named_by_sheet(found)
        if found.spec.sheet and any(names.count(table.file) > 1 for table in found.tables)
        else found
        for file_id, found in files.items()
    }


def _named_by_sheet(found: MappedFile) -> MappedFile:
    suffix = pl.lit(f" [{found.spec.sheet}]")
    tables = [replace(each, file=f"{each.file} [{found.spec.sheet}]") for each in found.tables]
    return replace(
        found,
        tables=tables,
        rows=found.rows.with_columns(pl.col(FILE) + suffix),
        set_aside=found.set_aside.with_columns(pl.col("file") + suffix),
        notices=found.notices.with_columns(pl.col("file") + suffix),
    )


def _block_rows(
    block: Block, files: dict[str, MappedFile], *, has_late_defaults: bool
) -> BlockRows:
    rows = files[block.file_id].rows
    for join in block.joins:
        rows = _joined(block, rows, join, files[join.file_id])
    for condition in block.where:
        rows = rows.filter(_holds(block, condition, rows))
    if block.unpivot is not None:
        rows = _unpivoted(block, rows, block.unpivot)
    rows = rows.with_row_index(ROW_ID)
    columns = {
        name: native_column(block, name, rows, files, has_late_defaults=has_late_defaults)
        for name in block.columns
    }
    texts = rows.select(ROW_ID).with_columns(
        column.texts.alias(name) for name, column in columns.items()
    )
    return BlockRows(block, texts, rows, columns)


def _joined(block: Block, rows: pl.DataFrame, join: Join, other: MappedFile) -> pl.DataFrame:
    left = [resolve(block, f"{join.key}.on", name, rows) for name in join.left]
    absent = [name for name in join.right if name not in other.rows.columns]
    if absent:
        message = f"{join.key}.on: file '{join.file_id}' has no column '{absent[0]}'."
        raise SourceError(message)
    keyed = other.rows.drop_nulls(list(join.right))
    if keyed.select(join.right).is_duplicated().any():
        message = (
            f"{join.key}: the key {', '.join(join.right)} stands more than once in file "
            f"'{join.file_id}', so a row would be doubled. Join by a key that is unique there."
        )
        raise SourceError(message)
    renamed = keyed.rename({name: f"{join.file_id}.{name}" for name in keyed.columns})
    right = [f"{join.file_id}.{name}" for name in join.right]
    return rows.join(
        renamed, left_on=left, right_on=right, how="left", coalesce=False, maintain_order="left"
    )


def _holds(block: Block, condition: Condition, rows: pl.DataFrame) -> pl.Expr:
    columns = [resolve(block, condition.key, name, rows) for name in condition.columns]
    if condition.words is None:
        filled = pl.any_horizontal(pl.col(name).is_not_null() for name in columns)
        return filled if condition.is_wanted else ~filled
    words = list(condition.words)
    named = pl.any_horizontal(
        pl.col(name).str.to_lowercase().is_in(words).fill_null(value=False) for name in columns
    )
    return named if condition.is_wanted else ~named


def _unpivoted(block: Block, rows: pl.DataFrame, unpivot: Unpivot) -> pl.DataFrame:
    """Return one row per filled wide cell, with the columns its name stands for."""
    labels = _wide_columns(block, rows, unpivot)
    wide = labels[_CELL].to_list()
    for name in (unpivot.value, *labels.columns[1:]):
        if name in rows.columns and (name not in wide or name == unpivot.value):
            message = (
                f"{unpivot.key}: file '{block.file_id}' has a column of that name already; give "
                f"the new column another name than '{name}'."
            )
            raise MappingError(message)
    rows = rows.with_row_index("__order")
    long = rows.unpivot(
        on=wide,
        index=[name for name in rows.columns if name not in wide],
        variable_name=_CELL,
        value_name=unpivot.value,
    )
    return (
        long.filter(pl.col(unpivot.value).is_not_null())
        .join(labels.with_row_index("__place"), on=_CELL)
        .sort("__order", "__place")
        .drop("__order", "__place")
    )


def _wide_columns(block: Block, rows: pl.DataFrame, unpivot: Unpivot) -> pl.DataFrame:
    if unpivot.pattern is None:
        names = [resolve(block, unpivot.key, name, rows) for name in unpivot.columns]
        return pl.DataFrame({_CELL: names, str(unpivot.key_column): list(unpivot.columns.values())})
    fields = placeholders(unpivot.pattern)
    pieces = re.split(r"\{[^{}]+\}", unpivot.pattern)
    pattern = "(.+?)".join(re.escape(piece) for piece in pieces)
    found = [
        (name, *match.groups())
        for name in rows.columns
        if not name.startswith("__") and (match := re.fullmatch(pattern, name))
    ]
    if not found:
        message = (
            f"{unpivot.key}.pattern: no column of file '{block.file_id}' has such a name. "
            f"{its_columns(block, rows)}"
        )
        raise SourceError(message)
    return pl.DataFrame(found, schema=[_CELL, *fields], orient="row")


def _made_of(files: dict[str, MappedFile]) -> dict[str, str]:
    """Return by each column that a profile made the column of the file it comes from."""
    tables = [table for found in files.values() for table in found.tables]
    return {name: own for table in tables for name, own in table.derived.items() if own}


def _raw_table(table: str, blocks: list[BlockRows], made_of: dict[str, str]) -> RawTable:
    """Return the rows of every block of a table, numbered through, with their origin."""
    parts = _numbered(blocks)
    texts = [part.texts for part in parts]
    columns = [name for name in polars_schema(table) if any(name in text.columns for text in texts)]
    return RawTable(
        rows=pl.concat(texts, how="diagonal").select(ROW_ID, *columns),
        origin=replace(_origin(parts), made_of=made_of),
        faults=_once([column.faults for part in parts for column in part.columns.values()]),
    )


def _defaults(blocks: list[BlockRows]) -> dict[str, str]:
    return {
        name: spec.default
        for part in blocks
        for name, spec in part.block.columns.items()
        if spec.default is not None
    }


def _numbered(blocks: list[BlockRows]) -> list[BlockRows]:
    """Return the blocks with row numbers that run on from one to the next."""
    start, found = 0, []
    for part in blocks:
        shift = (pl.col(ROW_ID) + start).cast(pl.UInt32)
        columns = {
            name: replace(column, faults=column.faults.with_columns(shift))
            for name, column in part.columns.items()
        }
        found.append(
            BlockRows(
                part.block, part.texts.with_columns(shift), part.rows.with_columns(shift), columns
            )
        )
        start += part.texts.height
    return found


def _origin(parts: list[BlockRows]) -> Origin:
    """Return file, row and column of every native row, of joined files and wide cells too."""
    rows, cells = [], []
    joined: dict[tuple[int, str], pl.DataFrame] = {}
    sources: dict[tuple[int, str], str | None] = {}
    cell_columns: set[tuple[int, str]] = set()
    for number, part in enumerate(parts):
        rows.append(
            part.rows.select(
                ROW_ID,
                pl.col(FILE).alias("file"),
                _row_no(ROW),
                pl.lit(number, pl.UInt32).alias("block"),
            )
        )
        unpivot = part.block.unpivot
        if unpivot is not None:
            cells.append(part.rows.select(ROW_ID, pl.col(_CELL).alias("cell")))
        for name, column in part.columns.items():
            sources[number, name] = column.source
            if unpivot is not None and column.source in _new_columns(unpivot):
                cell_columns.add((number, name))
            join = _join_of(part.block, column.source)
            if join is not None:
                joined[number, name] = _joined_place(part.rows, join.file_id)
                sources[number, name] = str(column.source).removeprefix(f"{join.file_id}.")
    return Origin(
        rows=pl.concat(rows),
        columns=sources,
        cells=pl.concat(cells) if cells else None,
        cell_columns=frozenset(cell_columns),
        joined=joined,
    )


def _new_columns(unpivot: Unpivot) -> list[str]:
    named = placeholders(unpivot.pattern) if unpivot.pattern else [str(unpivot.key_column)]
    return [unpivot.value, *named]


def _join_of(block: Block, source: str | None) -> Join | None:
    if source is None:
        return None
    return next((join for join in block.joins if source.startswith(f"{join.file_id}.")), None)


def _joined_place(rows: pl.DataFrame, file_id: str) -> pl.DataFrame:
    return rows.select(
        ROW_ID, pl.col(f"{file_id}.{FILE}").alias("file"), _row_no(f"{file_id}.{ROW}")
    )


def _row_no(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.UInt32).alias("row_no")


def _once(faults: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return one row per row set aside: its first fault, every mend."""
    every = pl.concat(faults) if faults else pl.DataFrame(schema=FAULTS)
    return every.group_by(ROW_ID, maintain_order=True).agg(
        pl.col("column_name").first(),
        pl.col("rule").first(),
        pl.col("mend").unique(maintain_order=True).str.join(" "),
    )


def _raw_files(mapping: ExportMapping, files: dict[str, MappedFile]) -> list[RawFile]:
    return [
        RawFile(table.file, _fed_by(mapping, file_id), table.row_count, table.sha256)
        for file_id, found in files.items()
        for table in [*found.tables, *found.companions]
    ]


def _fed_by(mapping: ExportMapping, file_id: str) -> list[str]:
    fed = [
        block.table
        for block in mapping.blocks
        if file_id in (block.file_id, *(join.file_id for join in block.joins))
    ]
    return list(dict.fromkeys(fed))


def _ragged(mapping: ExportMapping, files: dict[str, MappedFile]) -> pl.DataFrame:
    parts = [
        ragged_rows(table, next(iter(_fed_by(mapping, file_id)), ""))
        for file_id, found in files.items()
        for table in found.tables
    ]
    refused = [used_refusals(mapping, file_id, found) for file_id, found in files.items()]
    return pl.concat([pl.DataFrame(schema=ASIDE), *parts, *refused])


def _facts(declared: ExportFacts, manifest: Manifest | None) -> ExportFacts:
    """Return the declared facts; what the mapping leaves open is taken from a manifest."""
    if manifest is None:
        return declared
    said = manifest.facts
    return ExportFacts(
        source_system=declared.source_system or said.source_system,
        exported_at=declared.exported_at or said.exported_at,
        timezone=declared.timezone or said.timezone,
        pseudonymised=said.pseudonymised
        if declared.pseudonymised is None
        else declared.pseudonymised,
        note=declared.note or said.note,
    )
