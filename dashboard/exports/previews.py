"""Tables that need no guess, as they are understood: a known form, or what a mapping describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import AllianceError
from dashboard.exports.input_files import read_mapped_file
from dashboard.exports.mapping_names import native_columns_of
from dashboard.exports.native import native_files, read_native_file
from dashboard.exports.profile import profile_names
from dashboard.exports.schemas import NATIVE_TABLES
from dashboard.exports.understanding import PREVIEWED, Understood, first_entries, settled_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.input_files import MappedFile
    from dashboard.exports.mapping_model import ExportMapping, FileSpec
    from dashboard.exports.text_tables import InputTable


def tables_of_mapping(listed: ExportFiles, mapping: ExportMapping) -> list[Understood]:
    """Return the first rows of every file that a mapping reads, and where its columns go.

    Args:
        listed: Files of the export.
        mapping: How they become native tables.

    Returns:
        One entry for each file, in the order of the mapping; one that cannot be read says why.
        ``holds`` names the native columns that take a column; a column without is not used.
    """
    found: list[Understood] = []
    for file_id, spec in mapping.files.items():
        try:
            read = read_mapped_file(listed, spec, None)
        except AllianceError as error:
            found.append(Understood(file_id, spec.path, refused=str(error)))
            continue
        found += [_of_mapping(mapping, file_id, read, table) for table in read.tables]
    return found


def native_tables(listed: ExportFiles) -> list[Understood]:
    """Return the first rows of every native table of an export; one unreadable says why."""
    found: list[Understood] = []
    for table, place in native_files(listed).items():
        try:
            read = read_native_file(listed, table, place)
        except AllianceError as error:
            found.append(Understood(table, place.label, refused=str(error)))
            continue
        known = NATIVE_TABLES[table].columns()
        holds = {name: (f"{table}.{name}",) for name in read.columns if name in known}
        found.append(_described(table, read, holds))
    return found


def _of_mapping(
    mapping: ExportMapping, file_id: str, read: MappedFile, table: InputTable
) -> Understood:
    spec = read.spec
    holds = {
        name: native_columns_of(mapping.blocks, file_id, name, table.derived)
        for name in table.columns
    }
    return _described(file_id, table, holds, read, spec)


def _described(
    file_id: str,
    table: InputTable,
    holds: Mapping[str, tuple[str, ...]],
    read: MappedFile | None = None,
    spec: FileSpec | None = None,
) -> Understood:
    rows = table.rows.select(table.columns)
    is_profile = spec is not None and spec.reader in profile_names()
    return Understood(
        file_id,
        table.file,
        profile=spec.reader if spec is not None and is_profile else None,
        form={"sheet": spec.sheet} if spec is not None and spec.sheet else {},
        settled=settled_form(table, read) if read is not None else {},
        preview=rows.head(PREVIEWED),
        examples={name: first_entries(rows[name]) for name in rows.columns},
        row_count=table.row_count,
        notes=tuple(dict.fromkeys([*(text for _, text in table.notes), *_noted(table, read)])),
        holds=holds,
    )


def _noted(table: InputTable, read: MappedFile | None) -> list[str]:
    if read is None:
        return []
    return read.notices.filter(pl.col("file") == table.file)["message"].to_list()
