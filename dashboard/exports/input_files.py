"""The input files of a mapping: any kind read into one table of texts with its place kept."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.cells import found_decimal
from dashboard.exports.dialects import likely_separator, separator_word
from dashboard.exports.files import ExportFiles, sha256
from dashboard.exports.headers import ROW
from dashboard.exports.mapping_model import READERS
from dashboard.exports.native import file_note, read_parquet_table
from dashboard.exports.profile import ProfileReading, profile_named, profile_names
from dashboard.exports.raw import ASIDE, FILE_NOTES
from dashboard.exports.sheets import read_sheet
from dashboard.exports.text_tables import InputTable, read_text_table

if TYPE_CHECKING:
    from dashboard.exports.dialects import TextForm
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec

FILE = "__file"
"""Internal column: the file a row stood in."""

_DECIMAL_COMMA = "Read as: numbers with a decimal comma. A mapping can say otherwise (decimal)."
_READERS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".ods": "ods",
    ".parquet": "parquet",
}

_PROFILES = {".sav": "spss", ".zsav": "spss", ".json": "fhir", ".ndjson": "fhir"}
"""Profiles of files that no plain reader could take."""


@dataclass(frozen=True)
class MappedFile:
    """The rows of one ``[[file]]``: texts, with ``__file`` and ``__row``.

    Attributes:
        spec: What the mapping says of the file.
        rows: Rows of every file that the path names, missing words as null.
        tables: Those files one by one.
        companions: Files that a profile read to understand them.
        set_aside: What a profile could not take (``raw.ASIDE``).
        notices: What a profile noted (``raw.FILE_NOTES``).
    """

    spec: FileSpec
    rows: pl.DataFrame
    tables: list[InputTable]
    companions: list[InputTable] = field(default_factory=list)
    set_aside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ASIDE))
    notices: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FILE_NOTES))


def read_mapped_file(listed: ExportFiles, spec: FileSpec, manifest: Manifest | None) -> MappedFile:
    """Read every file that one ``[[file]]`` names.

    Args:
        listed: Files of the export.
        spec: What the mapping says of the file.
        manifest: Manifest beside the files, which may hold their checksums.

    Returns:
        The rows; none where the file is optional and absent.

    Raises:
        SourceError: If the file is absent or cannot be read in the declared form.
        PendingSource: If it is not whole.
    """
    names = [name for name in listed.names if fnmatch.fnmatchcase(name, spec.path)]
    if not names and not spec.is_optional:
        message = f"{spec.key}.path: expected such a file in {listed.name}; found {listed.names}."
        raise SourceError(message)
    readings = [_reading(listed, name, spec, manifest) for name in names]
    tables = [reading.table for reading in readings]
    parts = [_texts(table, spec) for table in tables]
    rows = pl.concat(parts, how="diagonal") if parts else _no_rows(spec)
    notices = [reading.notices for reading in readings]
    if spec.decimal is None:
        spec = replace(spec, decimal=found_decimal(rows))
        if spec.decimal == ",":
            notices.append(file_note(names[0], "", None, "read_as", _DECIMAL_COMMA))
    absent = [name for name in spec.optional_columns if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    for name, other in spec.fill_from.items():
        for needed in (name, other):
            if needed not in rows.columns:
                message = f"{spec.key}.fill_from: file '{spec.file_id}' has no column '{needed}'."
                raise SourceError(message)
        rows = rows.with_columns(pl.col(name).fill_null(pl.col(other)))
    return MappedFile(
        spec=spec,
        rows=rows,
        tables=tables,
        companions=_once([each for reading in readings for each in reading.companions]),
        set_aside=pl.concat(
            [pl.DataFrame(schema=ASIDE), *(reading.set_aside for reading in readings)]
        ),
        notices=pl.concat([pl.DataFrame(schema=FILE_NOTES), *notices]),
    )


def _reading(
    listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
) -> ProfileReading:
    reader = spec.reader or _PROFILES.get(PurePath(name).suffix.lower())
    if reader in profile_names():
        return profile_named(str(reader)).read(listed, name, spec, manifest)
    found = read_input(listed, name, spec, manifest)
    if found.refused is None:
        return ProfileReading(found)
    return ProfileReading(found, set_aside=found.refused)


def _once(companions: list[InputTable]) -> list[InputTable]:
    return list({each.file: each for each in companions}.values())


def read_input(
    listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
) -> InputTable:
    """Read one file as a plain table, with the reader its spec or its ending names.

    A profile calls this too, for the table under its own; its name counts as no reader here.
    """
    content = listed.content(name)
    digest = sha256(content)
    form, vouched = spec.text_form, False
    if manifest is not None:
        manifest.check_file(name, name, digest)
        vouched = manifest.vouches_for(name, name)
    plain = spec.reader if spec.reader in READERS else None
    reader = plain or _READERS.get(PurePath(name).suffix.lower(), "csv")
    if reader == "parquet":
        found = read_parquet_table(name, content, digest)
    elif reader in ("xlsx", "ods"):
        found = read_sheet(name, content, form, spec.sheet, digest)
    else:
        form = table_separator(name, form)
        if vouched:
            form = replace(form, needs_final_newline=False)
        found = read_text_table(name, content, form, digest)
        _require_columns(found, spec)
    if manifest is not None:
        manifest.check_rows(name, name, found.row_count)
    return found


def table_separator(name: str, form: TextForm) -> TextForm:
    """Return the form of a text file; one that ends as tabs do is written with tabs."""
    is_tab = PurePath(name).suffix.lower() in (".tsv", ".tab")
    return replace(form, separator="\t") if is_tab and form.separator in (None, ",") else form


def _require_columns(found: InputTable, spec: FileSpec) -> None:
    if len(found.columns) != 1 or found.dialect is None:
        return
    separator = likely_separator(found.columns[0])
    if separator is None:
        return
    message = (
        f"{found.file}: read with the {separator_word(found.dialect.separator)}, this is one "
        "single column; its separator seems to be the "
        f"{separator_word(separator)}. Set {spec.key}.separator."
    )
    raise SourceError(message)


def _texts(table: InputTable, spec: FileSpec) -> pl.DataFrame:
    names = table.columns
    rows = table.rows.with_columns(
        pl.col(name).cast(pl.String) for name in names if table.rows.schema[name] != pl.String
    )
    if spec.missing:
        rows = rows.with_columns(
            pl.when(~pl.col(names).is_in(list(spec.missing))).then(pl.col(names))
        )
    absent = [name for name in spec.fill_down if name not in names]
    if absent:
        message = f"{table.file}: missing column '{absent[0]}', which {spec.key}.fill_down names."
        raise SourceError(message)
    rows = rows.with_columns(pl.col(name).forward_fill() for name in spec.fill_down)
    return rows.with_columns(pl.lit(table.file).alias(FILE))


def _no_rows(spec: FileSpec) -> pl.DataFrame:
    columns = dict.fromkeys([*spec.optional_columns, FILE], pl.String)
    return pl.DataFrame(schema={**columns, ROW: pl.UInt32})
