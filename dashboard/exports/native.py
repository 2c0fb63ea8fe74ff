"""The native format: one CSV or Parquet file for each table, and a manifest beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm, likely_separator, separator_word
from dashboard.exports.files import ExportFiles, sha256
from dashboard.exports.guarding import original_text
from dashboard.exports.headers import ROW, check_names, is_reserved
from dashboard.exports.manifest import MANIFEST_NAMES, ExportFacts, Manifest, read_manifest
from dashboard.exports.parquet_trial import readable_files, require_readable
from dashboard.exports.raw import ASIDE, FILE_NOTES, Progress, RawExport, RawFile, RawTable
from dashboard.exports.schemas import NATIVE_TABLES, REQUIRED_TABLES, required_columns
from dashboard.exports.sheet_formulas import FORMULAS
from dashboard.exports.sheets import read_sheet, sheet_names
from dashboard.exports.text_tables import InputTable, read_text_table
from dashboard.exports.workbench import ROW_ID, Origin

NATIVE_FINGERPRINT = "native-1"
"""Stands for "read as it is, by no mapping"."""

_WORKBOOKS = (".xlsx", ".ods")
_SUFFIXES = (".csv", ".parquet", *_WORKBOOKS)
_COMPANIONS = ("mapping.toml", "instruments.toml", "rules.toml", *MANIFEST_NAMES)


@dataclass(frozen=True)
class NativePlace:
    """Where a native table stands: a file, or one sheet of a workbook that holds several."""

    file: str
    sheet: str | None = None

    @property
    def label(self) -> str:
        """Return the name for accounts and messages."""
        return self.file if self.sheet is None else f"{self.file} [{self.sheet}]"


def native_files(listed: ExportFiles) -> dict[str, NativePlace]:
    """Return which file holds which native table.

    A file is named like its table; a workbook of another name may hold one sheet for each.

    Raises:
        SourceError: If two files hold the same table.
    """
    found: dict[str, NativePlace] = {}
    for name in listed.names:
        for table, place in _tables_of(listed, name):
            if table in found:
                message = (
                    f"{listed.name}: '{found[table].label}' and '{place.label}' both hold "
                    f"'{table}'. Keep one."
                )
                raise SourceError(message)
            found[table] = place
    return {table: found[table] for table in NATIVE_TABLES if table in found}


def is_native(listed: ExportFiles) -> bool:
    """Return whether an export is of the native format, and not only a file named like a table.

    A manifest says so; without one, a file that has every column its table needs.
    """
    places = native_files(listed)
    is_said = any(name in listed.names for name in MANIFEST_NAMES)
    return bool(places) and (
        is_said or any(_has_columns(listed, table, place) for table, place in places.items())
    )


def _has_columns(listed: ExportFiles, table: str, place: NativePlace) -> bool:
    try:
        read_native_file(listed, table, place)
    except PendingSource:
        return True
    except SourceError:
        return False
    return True


def _tables_of(listed: ExportFiles, name: str) -> list[tuple[str, NativePlace]]:
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        return []
    if path.stem.lower() in NATIVE_TABLES:
        return [(path.stem.lower(), NativePlace(name))]
    if suffix not in _WORKBOOKS:
        return []
    sheets = [(sheet.strip().lower(), sheet) for sheet in sheet_names(listed.content(name))]
    return [(table, NativePlace(name, sheet)) for table, sheet in sheets if table in NATIVE_TABLES]


def find_manifest(listed: ExportFiles) -> Manifest | None:
    """Return the manifest of an export, or none where it has none."""
    name = next((name for name in MANIFEST_NAMES if name in listed.names), None)
    return None if name is None else read_manifest(name, listed.content(name))


def is_companion(name: str) -> bool:
    """Return whether a file goes with an export without being one of its tables."""
    return name in _COMPANIONS or PurePath(name).stem.lower() in ("readme", "license")


def read_native(listed: ExportFiles, progress: Progress) -> RawExport:
    """Read the native tables of an export.

    Args:
        listed: Files of the export; at least one is a native table.
        progress: Told which file is being read.

    Raises:
        SourceError: If a required table or column is missing, or a file is not of its form.
        PendingSource: If a file is not whole.
    """
    by_table = native_files(listed)
    manifest = find_manifest(listed)
    require_listed(manifest, by_table)
    _require_tables(listed, by_table)
    tables: dict[str, RawTable] = {}
    files: list[RawFile] = []
    aside = [pl.DataFrame(schema=ASIDE)]
    notes = [_strangers(listed, by_table), *unused_entries(listed, manifest, list(by_table))]
    _try_together(listed, by_table)
    for number, (table, place) in enumerate(by_table.items()):
        progress(f"Reading {place.label}", number / len(by_table))
        found = read_native_file(listed, table, place, manifest)
        files.append(RawFile(place.label, [table], found.row_count, found.sha256))
        refused = _refused(found, table)
        tables[table] = _raw_table(found, refused)
        aside += [ragged_rows(found, table), refused]
        notes += [_unknown_columns(found, table), *_notes(found, table)]
    return RawExport(
        tables=tables,
        files=files,
        facts=manifest.facts if manifest else ExportFacts(),
        mapping_fingerprint=NATIVE_FINGERPRINT,
        set_aside=pl.concat(aside),
        notices=pl.concat(notes),
    )


def _try_together(listed: ExportFiles, by_table: dict[str, NativePlace]) -> None:
    """Try every Parquet file in one process, so that none has to be started for each of them."""
    names = [place.file for place in by_table.values()]
    readable_files([listed.content(name) for name in names if name.lower().endswith(".parquet")])


def ragged_rows(found: InputTable, table: str) -> pl.DataFrame:
    """Return the records with too many or too few fields as rows set aside."""
    return pl.DataFrame({"row_no": found.ragged_rows}, schema={"row_no": pl.UInt32}).select(
        pl.lit(found.file).alias("file"),
        "row_no",
        pl.lit(table).alias("table_name"),
        pl.lit(None, pl.String).alias("column_name"),
        pl.lit("ragged_row").alias("rule"),
        pl.lit(
            f"The row has not the {len(found.columns)} fields of the header; close its quotes, "
            "or add or remove separators."
        ).alias("mend"),
    )


def unused_entries(
    listed: ExportFiles, manifest: Manifest | None, tables: list[str]
) -> list[pl.DataFrame]:
    """Return a notice for every entry of a manifest that names no file and no table.

    Args:
        listed: Files of the export.
        manifest: Its manifest, or none: then there are no notices.
        tables: Names of tables by which the manifest may call a file.
    """
    if manifest is None:
        return []
    return [
        file_note(
            manifest.name,
            "",
            None,
            "manifest_entry_unused",
            f"No file or table is named '{entry}', so nothing was checked against it.",
        )
        for entry in manifest.entries
        if entry not in listed.names and entry not in tables
    ]


def file_note(file: str, table: str, column: str | None, rule: str, message: str) -> pl.DataFrame:
    """Return one notice about a whole file or column."""
    values = (file, None, table, column, rule, message)
    return pl.DataFrame([values], schema=FILE_NOTES, orient="row")


def read_parquet_table(name: str, content: bytes, digest: str) -> InputTable:
    """Read a Parquet file; types stay, texts are trimmed, empty ones are null.

    Raises:
        PendingSource: If the file ends before its last bytes.
        SourceError: If it is no Parquet file, or a column holds no plain values.
    """
    if not content.endswith(b"PAR1"):
        message = f"{name}: the Parquet file is not whole; it may still be being written."
        raise PendingSource(message)
    require_readable(name, content)
    rows = pl.read_parquet(content)
    check_names(name, rows.columns)
    passed_over = [column for column in rows.columns if is_reserved(column)]
    rows = pl.DataFrame([rows[column] for column in rows.columns if not is_reserved(column)])
    rows = _plain_values(name, rows)
    texts = [column for column, kind in rows.schema.items() if kind == pl.String]
    trimmed = [pl.col(column).str.strip_chars() for column in texts]
    rows = rows.with_columns(pl.when(text.str.len_bytes() > 0).then(text) for text in trimmed)
    rows = rows.with_row_index(ROW, offset=2)
    return InputTable(
        file=name, rows=rows, row_count=rows.height, sha256=digest, passed_over=passed_over
    )


def _plain_values(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with bytes as texts; refuse columns of types that no table knows."""
    for column, kind in rows.schema.items():
        if kind.is_nested():
            message = f"{name}: column '{column}' holds lists or records; export plain values."
            raise SourceError(message)
        if kind in (pl.Duration, pl.Time, pl.Object):
            message = (
                f"{name}: column '{column}' is of type {kind.base_type()}, which no table knows. "
                "Export it as text, number, day or moment."
            )
            raise SourceError(message)
        if kind == pl.Binary:
            rows = rows.with_columns(_decoded(name, rows[column]))
    return rows


def _decoded(name: str, texts: pl.Series) -> pl.Series:
    try:
        return texts.cast(pl.String)
    except pl.exceptions.PolarsError:
        message = (
            f"{name}: column '{texts.name}' holds bytes that are no UTF-8 text. Export it as text."
        )
        raise SourceError(message) from None


def _require_tables(listed: ExportFiles, by_table: dict[str, NativePlace]) -> None:
    missing = [table for table in REQUIRED_TABLES if table not in by_table]
    if missing:
        message = (
            f"{listed.name}: expected the tables {', '.join(REQUIRED_TABLES)}, each as a .csv, "
            f".xlsx, .ods or .parquet file; missing: {', '.join(missing)}. Export them too, or "
            "describe your files with --mapping FILE."
        )
        raise SourceError(message)


def require_listed(manifest: Manifest | None, by_table: dict[str, NativePlace]) -> None:
    """Refuse an export that lacks native tables its manifest lists.

    Raises:
        PendingSource: If one is not there; it may still be being copied.
    """
    if manifest is None:
        return
    here = {*by_table, *(place.file for place in by_table.values())}
    for stated in [*manifest.row_counts, *manifest.sha256]:
        if stated not in here and PurePath(stated).stem in NATIVE_TABLES:
            message = (
                f"The manifest lists '{stated}', which is not there (yet). "
                "Wait until every file is copied, or export anew."
            )
            raise PendingSource(message)


def read_native_file(
    listed: ExportFiles, table: str, place: NativePlace, manifest: Manifest | None = None
) -> InputTable:
    """Read the file or sheet that holds one native table.

    Raises:
        SourceError: If it is not of its form, or lacks a column.
        PendingSource: If it is not whole.
    """
    name = place.file
    content = listed.content(name)
    digest = sha256(content)
    if manifest is not None:
        manifest.check_file(name, table, digest)
    if name.lower().endswith(".parquet"):
        found = read_parquet_table(name, content, digest)
    elif name.lower().endswith(_WORKBOOKS):
        found = read_sheet(name, content, TextForm(), place.sheet, digest)
        found = replace(found, file=place.label)
    else:
        vouched = manifest is not None and manifest.vouches_for(name, table)
        _require_commas(name, content)
        form = TextForm(needs_final_newline=not vouched, expected=tuple(required_columns(table)))
        found = read_text_table(name, content, form, digest)
        if manifest is not None and manifest.is_guarded:
            found = replace(found, rows=found.rows.with_columns(_freed(found.rows)))
    if manifest is not None:
        manifest.check_rows(place.label, table, found.row_count)
    _require_columns(found, table)
    return found


def _freed(rows: pl.DataFrame) -> list[pl.Series]:
    return [original_text(rows[name]) for name, kind in rows.schema.items() if kind == pl.String]


def _require_commas(name: str, content: bytes) -> None:
    """Refuse a table that would be read as one column, and say what its separator seems to be."""
    header = content[:4096].decode("utf-8", errors="replace").splitlines()[:1]
    separator = likely_separator(header[0]) if header else None
    if separator in (None, ",") or "," in header[0]:
        return
    word = separator_word(str(separator))
    message = (
        f"{name}: read with commas, this is one single column; its separator seems to be the "
        f"{word}. Export with commas, or describe the file with --mapping FILE "
        "(key 'separator')."
    )
    raise SourceError(message)


def _require_columns(found: InputTable, table: str) -> None:
    missing = [column for column in required_columns(table) if column not in found.columns]
    if missing:
        message = (
            f"{found.file}: missing column {', '.join(repr(column) for column in missing)}. "
            f"Table '{table}' needs {', '.join(required_columns(table))}."
        )
        raise SourceError(message)


def _refused(found: InputTable, table: str) -> pl.DataFrame:
    """Return the rows with a value that could not be taken; of a native table they go whole."""
    if found.refused is None:
        return pl.DataFrame(schema=ASIDE)
    known = list(NATIVE_TABLES[table].columns())
    return (
        found.refused.filter(pl.col("column_name").is_in(known))
        .with_columns(pl.lit(table).alias("table_name"))
        .unique("row_no", keep="first", maintain_order=True)
    )


def _notes(found: InputTable, table: str) -> list[pl.DataFrame]:
    """Return what is worth knowing of the formulas of a sheet."""
    return [
        file_note(found.file, table, None, rule, message)
        for rule, message in found.notes
        if rule == FORMULAS
    ]


def _raw_table(found: InputTable, refused: pl.DataFrame) -> RawTable:
    rows = found.rows.join(refused, left_on=ROW, right_on="row_no", how="anti")
    rows = rows.with_row_index(ROW_ID)
    origin = rows.select(
        ROW_ID,
        pl.lit(found.file).alias("file"),
        pl.col(ROW).alias("row_no"),
        pl.lit(0, pl.UInt32).alias("block"),
    )
    return RawTable(rows=rows.drop(ROW), origin=Origin(rows=origin))


def _unknown_columns(found: InputTable, table: str) -> pl.DataFrame:
    known = NATIVE_TABLES[table].columns()
    notes = [
        file_note(
            found.file,
            table,
            column,
            "unknown_column",
            f"Table '{table}' has no such column; it was left out. Nothing else is affected.",
        )
        for column in [*found.columns, *found.passed_over]
        if column not in known
    ]
    return pl.concat([pl.DataFrame(schema=FILE_NOTES), *notes])


def _strangers(listed: ExportFiles, by_table: dict[str, NativePlace]) -> pl.DataFrame:
    read = {place.file for place in by_table.values()}
    notes = [
        file_note(name, "", None, "file_not_a_table", "Not a table of an export; it was not read.")
        for name in listed.names
        if name not in read and not is_companion(name)
    ]
    return pl.concat([pl.DataFrame(schema=FILE_NOTES), *notes])
