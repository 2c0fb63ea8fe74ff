"""Files with headers of several rows: every record as it stands, and names found afterwards."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm, likely_separator, separator_word
from dashboard.exports.files import sha256
from dashboard.exports.headers import ROW, is_reserved
from dashboard.exports.input_files import read_input, table_separator
from dashboard.exports.mapping_model import FileSpec
from dashboard.exports.native import file_note
from dashboard.exports.profile import ProfileReading
from dashboard.exports.raw import ASIDE, FILE_NOTES
from dashboard.exports.sheets import sheet_width
from dashboard.exports.text_tables import InputTable, first_record, first_records, settled_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest

SHEETS = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".ods")
"""Endings of files that hold one table."""

_WORKBOOKS = (".xlsx", ".xlsm", ".ods")
_LEAD_ROWS = 4


@dataclass(frozen=True)
class Grid:
    """Every record of a file by place: columns "1", "2" … of texts, with ``__row``."""

    table: InputTable

    @property
    def height(self) -> int:
        """Return how many records are filled."""
        return self.table.rows.height

    def record(self, place: int) -> list[str]:
        """Return a filled record from 0, empty texts for empty cells; empty past the end."""
        rows = self.table.rows
        if place >= rows.height:
            return []
        return [cell or "" for cell in rows.drop(ROW).row(place)]

    def row_no(self, place: int) -> int:
        """Return the row number of a filled record from 0."""
        return int(self.table.rows[ROW][place])


def read_grid(
    listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None = None
) -> Grid:
    """Read every record of a text file or sheet, headers and rows alike.

    Args:
        listed: Files of the export.
        name: The file.
        spec: How it is written.
        manifest: Manifest that may vouch for it.

    Raises:
        SourceError: If it cannot be read, or is one column because its separator is another.
        PendingSource: If it is not whole.
    """
    content = listed.content(name)
    form = spec.text_form
    if manifest is not None:
        manifest.check_file(name, name, sha256(content))
        if manifest.vouches_for(name, name):
            form = replace(form, needs_final_newline=False)
    if not _is_workbook(name, spec):
        unsought = replace(table_separator(name, form), sought=(), sought_patterns=())
        form = settled_form(name, content, unsought)
    width = _width(name, content, form, spec)
    columns = tuple(str(number) for number in range(1, width + 1))
    form = replace(form, header_rows=0, name_row=1, columns=columns)
    return Grid(read_input(listed, name, replace(spec, text_form=form), None))


def _is_workbook(name: str, spec: FileSpec) -> bool:
    return PurePath(name).suffix.lower() in _WORKBOOKS or spec.reader in ("xlsx", "ods")


def _width(name: str, content: bytes, form: TextForm, spec: FileSpec) -> int:
    if _is_workbook(name, spec):
        return sheet_width(content, spec.sheet) or 1
    record = first_record(name, content, form)
    other = likely_separator(record[0]) if len(record) == 1 else None
    used = str(form.separator)
    if other is None or other == used:
        return max(len(record), 1)
    message = (
        f"{name}: row {(form.skip_rows or 0) + 1}, column 1: read with the "
        f"{separator_word(used)}, this is one single column; its separator seems to be "
        f"the {separator_word(other)}. Set {spec.key}.separator."
    )
    raise SourceError(message)


def named_reading(
    name: str, grid: Grid, names: Sequence[str], last_header: int, manifest: Manifest | None
) -> ProfileReading:
    """Return the rows after the header under their names.

    Args:
        name: The file.
        grid: Its records.
        names: Names by column; a blank or doubled one gets a name of its own, and a notice.
        last_header: Row number of the last row of the header.
        manifest: Manifest that may state how many rows there are.
    """
    rows = grid.table.rows.filter(pl.col(ROW) > last_header)
    cells = rows.drop(ROW).get_columns()
    kept = [
        place
        for place, column in enumerate(cells)
        if names[place] or column.null_count() < len(column)
    ]
    found, notes = _own_names(name, [names[place] for place in kept], kept)
    renamed = {cells[place].name: new for place, new in zip(kept, found, strict=True)}
    passed_over = [new for new in found if is_reserved(new)]
    read = {place: new for place, new in renamed.items() if new not in passed_over}
    rows = rows.select(*read, ROW).rename(read)
    ragged = [number for number in grid.table.ragged_rows if number > last_header]
    row_count = rows.height + len(ragged)
    if manifest is not None:
        manifest.check_rows(name, name, row_count)
    table = replace(
        grid.table, rows=rows, ragged_rows=ragged, row_count=row_count, passed_over=passed_over
    )
    return ProfileReading(
        table=table, set_aside=_refused(grid, renamed, last_header), notices=notes
    )


def _refused(grid: Grid, renamed: dict[str, str], last_header: int) -> pl.DataFrame:
    """Return what the reader of a sheet could not take, at the names of columns."""
    refused = grid.table.refused
    if refused is None:
        return pl.DataFrame(schema=ASIDE)
    return refused.filter(pl.col("row_no") > last_header).with_columns(
        pl.col("column_name").replace(renamed)
    )


def _own_names(
    name: str, names: Sequence[str], places: Sequence[int]
) -> tuple[list[str], pl.DataFrame]:
    """Return a different name for every column, and a notice for each that was changed."""
    taken = {each for each in names if each}
    found, notes = dict[str, None](), [pl.DataFrame(schema=FILE_NOTES)]
    for place, given in zip(places, names, strict=True):
        if given and given not in found:
            found[given] = None
            continue
        stem = given or f"column {place + 1}"
        choices = (stem if number == 1 else f"{stem} ({number})" for number in itertools.count(1))
        new = next(each for each in choices if each not in taken and each not in found)
        found[new] = None
        message = (
            f"Column {place + 1} has {'no name' if not given else 'the name of another column'}; "
            f"it is called '{new}' here. A column added before it can change that."
        )
        notes.append(file_note(name, "", new, "column_renamed", message))
    return list(found), pl.concat(notes)


def with_columns(
    reading: ProfileReading, columns: dict[str, tuple[str, pl.Series]]
) -> ProfileReading:
    """Return a reading with further columns that the profile made; those of the file stay.

    Args:
        reading: What was read.
        columns: By name, the column of the file it comes from, and its texts.
    """
    table = reading.table
    made = {name: each for name, each in columns.items() if name not in table.rows.columns}
    rows = table.rows.with_columns(values.alias(name) for name, (_, values) in made.items())
    sources = {name: source for name, (source, _) in made.items()}
    return replace(reading, table=replace(table, rows=rows, derived={**table.derived, **sources}))


def leads(listed: ExportFiles) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Yield each table of an export with its separator and its first records, from the header on.

    Only the beginning of a text is looked at. A file that cannot be read is passed over; for a
    look, bytes that are no UTF-8 are taken for cp1252.
    """
    for name in listed.names:
        if not name.lower().endswith(SHEETS):
            continue
        try:
            separator, records = _lead(listed, name)
        except (SourceError, PendingSource):
            continue
        if records:
            yield name, separator, records


def _lead(listed: ExportFiles, name: str) -> tuple[str, list[list[str]]]:
    form = TextForm(
        separator=None,
        encoding="cp1252",
        skip_rows=None,
        quote=None,
        needs_final_newline=False,
    )
    form = table_separator(name, form)
    spec = plain_spec(name, form)
    if _is_workbook(name, spec):
        grid = read_grid(listed, name, spec)
        return ",", [grid.record(place) for place in range(min(_LEAD_ROWS, grid.height))]
    dialect, records = first_records(name, listed.content(name), form)
    width = len(records[0]) if records else 0
    even = [[*record, *[""] * width][:width] for record in records[:_LEAD_ROWS]]
    return dialect.separator, even


def plain_spec(name: str, form: TextForm) -> FileSpec:
    """Return what is known of a file that no mapping describes."""
    return FileSpec(
        key=name,
        file_id=name,
        path=name,
        reader=None,
        text_form=form,
        sheet=None,
        decimal=".",
        date_order=None,
        missing=(),
        fill_down=(),
        optional_columns=(),
        is_optional=False,
    )


def settings_of(separator: str) -> dict[str, str | int]:
    """Return the keys of ``[[file]]`` that a separator asks for."""
    return {} if separator == "," else {"separator": separator}
