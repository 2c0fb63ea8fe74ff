"""Sheets of workbooks (.xlsx, .ods) as tables of texts, with the row numbers of the sheet."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

import fastexcel
import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.counting import counted
from dashboard.exports.dialects import found_skip
from dashboard.exports.foreign_code import foreign_code
from dashboard.exports.headers import (
    ROW,
    Header,
    header_notes,
    kept_columns,
    read_header,
    unread_columns,
)
from dashboard.exports.profile import aside
from dashboard.exports.raw import ASIDE
from dashboard.exports.sheet_errors import with_errors
from dashboard.exports.sheet_extent import require_small_sheets
from dashboard.exports.sheet_formulas import FORMULA, FORMULAS, PASTE, formula_rows
from dashboard.exports.text_tables import InputTable, filled_rows

if TYPE_CHECKING:
    from dashboard.exports.dialects import TextForm

for _name in ("fastexcel", "calamine"):
    # They tell of types and charts that do not matter here, in the middle of what a person reads.
    logging.getLogger(_name).setLevel(logging.ERROR)

_LEAD_ROWS = 60
_LONG_NUMBER = r"^-?\d{16,}$"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
"""A day of a sheet, which a workbook holds as a moment."""

_CUT = (
    "The cell holds a number of more than 15 digits, of which a workbook keeps 15. Format the "
    "column as text, enter the id again and export anew."
)

_HOLDS = (
    "Column '{}' holds formulas in {}, first in row {} of the sheet. Where the mapping takes "
    "them the rows are set aside; elsewhere they do not matter."
)


def read_sheet(
    name: str, content: bytes, form: TextForm, sheet: str | None, digest: str
) -> InputTable:
    """Read one sheet of a workbook as texts; row numbers are those of the sheet.

    Args:
        name: Name of the file, for messages.
        content: Its bytes.
        form: Where the header stands; what is left open is found.
        sheet: Name of the sheet; none: the first.
        digest: SHA-256 of the bytes.

    Raises:
        SourceError: If it is no workbook, has no such sheet, or no header there.
    """
    book = opened_workbook(name, content)
    _require_sheet(name, book, sheet)
    cells = with_errors(_cells(name, book, sheet or 0, "string"), content, sheet or 0)
    cut = _cut_numbers(name, book, sheet or 0, cells)
    formulas = formula_rows(name, content, sheet or 0, cells)
    skip_rows = _skip_rows(cells, form)
    lead = skip_rows + form.header_rows
    if cells.height < lead or cells.width == 0:
        raise SourceError(_no_header(name, lead, book))
    header, cells = _header(name, cells, form, skip_rows)
    cells = cells.with_columns(pl.all().str.replace(_MIDNIGHT, "$1"))
    names = dict(zip(cells.columns, header.names, strict=True))
    rows = cells.rename(names)
    rows = rows.with_row_index(ROW, offset=1)
    rows = filled_rows(rows.slice(lead), header.names)
    rows, refused = _refused(name, rows, {names[key]: found for key, found in cut.items()})
    computed = _computed(name, rows, names, formulas)
    notes = [*header_notes(header, rows), *_formula_notes(computed)]
    if skip_rows and form.skip_rows is None:
        place = f"Read as: names in row {skip_rows + form.name_row} of the sheet. "
        notes.insert(0, ("read_as", f"{place}A mapping can say otherwise."))
    return InputTable(
        file=name,
        rows=kept_columns(rows),
        row_count=rows.height,
        sha256=digest,
        passed_over=header.passed_over,
        refused=pl.concat([refused, computed]),
        notes=notes,
        unread_columns=unread_columns(header, rows),
    )


def _require_sheet(name: str, book: fastexcel.ExcelReader, sheet: str | None) -> None:
    if sheet is not None and sheet not in book.sheet_names:
        message = (
            f"{name}: has no sheet '{sheet}'. It has {len(book.sheet_names)}; name one of them, "
            "or leave 'sheet' out for the first."
        )
        raise SourceError(message)


def opened_workbook(name: str, content: bytes) -> fastexcel.ExcelReader:
    """Return a workbook.

    Raises:
        SourceError: If the bytes are no workbook, or a sheet reaches too far.
    """
    require_small_sheets(name, content)
    message = f"{name}: not a readable workbook. Save it again as .xlsx, .ods or CSV."
    with foreign_code(SourceError(message), fastexcel.FastExcelError):
        return fastexcel.read_excel(content)


def sheet_names(content: bytes) -> list[str]:
    """Return the names of the sheets of a workbook; empty where the bytes are none."""
    try:
        return list(opened_workbook("", content).sheet_names)
    except SourceError:
        return []


def sheet_width(content: bytes, sheet: str | None) -> int:
    """Return how many columns a sheet has; the first one where there is no such, 0 unreadable."""
    try:
        book = opened_workbook("", content)
        wanted = sheet if sheet in book.sheet_names else 0
        with foreign_code(SourceError(""), fastexcel.FastExcelError):
            return int(book.load_sheet(wanted, header_row=None, skip_rows=0, n_rows=1).width)
    except SourceError:
        return 0


def _cells(
    name: str, book: fastexcel.ExcelReader, sheet: str | int, kind: Literal["string", "boolean"]
) -> pl.DataFrame:
    message = f"{name}: the sheet cannot be read. Save the workbook again, or save it as CSV."
    with foreign_code(SourceError(message), fastexcel.FastExcelError, pl.exceptions.PolarsError):
        cells: pl.DataFrame = book.load_sheet(
            sheet, header_row=None, skip_rows=0, dtypes=kind
        ).to_polars()
        return cells


def _cut_numbers(
    name: str, book: fastexcel.ExcelReader, sheet: str | int, cells: pl.DataFrame
) -> dict[str, pl.Series]:
    """Return by column which cells are numbers, not texts, of more digits than a workbook keeps.

    Read as truth values, numbers become true and texts nothing.
    """
    is_long = cells.select(pl.all().str.contains(_LONG_NUMBER).fill_null(value=False))
    suspects = [each for each in cells.columns if is_long[each].any()]
    if not suspects:
        return {}
    truth = _cells(name, book, sheet, "boolean")
    return {each: is_long[each] & truth[each].is_not_null() for each in suspects}


def _refused(
    file: str, rows: pl.DataFrame, cut: dict[str, pl.Series]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows without cut numbers, and these as values set aside."""
    refused = [pl.DataFrame(schema=ASIDE)]
    for name, is_cut in cut.items():
        places = pl.Series(ROW, range(1, is_cut.len() + 1), pl.UInt32).filter(is_cut)
        numbers = rows.filter(pl.col(ROW).is_in(places.implode()))[ROW]
        refused.append(aside(file, numbers, name, "cut_number", _CUT))
        rows = rows.with_columns(
            pl.when(~pl.col(ROW).is_in(places.implode())).then(pl.col(name)).alias(name)
        )
    return rows, pl.concat(refused)


def _computed(
    file: str, rows: pl.DataFrame, names: dict[str, str], formulas: dict[str, list[int]]
) -> pl.DataFrame:
    """Return the cells of the table that are formulas, as rows to be set aside where they count."""
    found = [pl.DataFrame(schema=ASIDE)]
    for key, places in formulas.items():
        if key not in names:
            continue
        numbers = rows.filter(pl.col(ROW).is_in(pl.Series(places, dtype=pl.UInt32).implode()))[ROW]
        found.append(aside(file, numbers, names[key], FORMULA, PASTE))
    return pl.concat(found)


def _formula_notes(computed: pl.DataFrame) -> list[tuple[str, str]]:
    counts = computed.group_by("column_name", maintain_order=True).agg(
        pl.len(), pl.col("row_no").min()
    )
    return [
        (FORMULAS, _HOLDS.format(column, counted(count, "row"), first))
        for column, count, first in counts.iter_rows()
    ]


def _no_header(name: str, lead: int, book: fastexcel.ExcelReader) -> str:
    more = len(book.sheet_names)
    hint = f" The workbook has {more} sheets: name one with 'sheet'." if more > 1 else ""
    return f"{name}: expected a header in row {lead}; the sheet ends before it.{hint}"


def _skip_rows(cells: pl.DataFrame, form: TextForm) -> int:
    if form.skip_rows is not None:
        return form.skip_rows
    top = [[cell or "" for cell in row] for row in cells.head(_LEAD_ROWS).iter_rows()]
    return found_skip(top, form)


def _header(
    name: str, cells: pl.DataFrame, form: TextForm, skip_rows: int
) -> tuple[Header, pl.DataFrame]:
    """Return the names of the columns, and the cells without columns that are empty."""
    if form.header_rows == 0:
        return Header(list(form.columns)), cells[:, : len(form.columns)]
    numbers = [
        number
        for number, column in enumerate(cells.columns, start=1)
        if cells[column].null_count() < cells.height
    ]
    cells = cells.select(cells.columns[number - 1] for number in numbers)
    place = skip_rows + form.name_row
    texts = [(text or "").strip() for text in cells.row(place - 1)]
    return read_header(name, texts, form, place, numbers), cells
