"""Frames as files for other programs: CSV, XLSX, Parquet, JSON; no cell can become a formula."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import FrameError
from dashboard.exports.guarding import guarded, original_text
from dashboard.frames.definitions import column_definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["frame_bytes", "original_text"]

FILE_FORMATS = ("csv", "xlsx", "parquet", "json")
LIST_SEPARATOR = "; "
XLSX_ROWS = 1_048_575
_UNDATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that equal rows give equal bytes


def frame_bytes(rows: pl.DataFrame, name: str, file_format: str, *, bom: bool = False) -> bytes:
    """Return the rows of a measure as the bytes of a file.

    Args:
        rows: Rows of the measure.
        name: Name of the measure, for the sheet of definitions.
        file_format: ``csv``, ``xlsx``, ``parquet`` or ``json``.
        bom: Begin a CSV file with a byte order mark, which Excel needs to read UTF-8.

    Raises:
        FrameError: If the format is not one of these, or a sheet cannot hold that many rows.
    """
    if file_format not in FILE_FORMATS:
        message = f"A file is written as one of {list(FILE_FORMATS)}."
        raise FrameError(message)
    if file_format == "csv":
        return csv_bytes(rows, bom=bom)
    if file_format == "xlsx":
        return xlsx_bytes(rows, name)
    return parquet_bytes(rows) if file_format == "parquet" else json_bytes(rows)


def csv_bytes(rows: pl.DataFrame, *, bom: bool = False) -> bytes:
    """Return rows as CSV: UTF-8, ISO dates, lists joined by "; ", nothing for null.

    Text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay
    numbers. ``original_text`` takes the apostrophe away again.

    Args:
        rows: Any frame.
        bom: Begin with a byte order mark.
    """
    return guarded(joined(rows)).write_csv(include_bom=bom).encode()


def xlsx_bytes(rows: pl.DataFrame, name: str) -> bytes:
    """Return rows as a workbook with a sheet of definitions; text cells are of type text.

    Args:
        rows: Rows of the measure.
        name: Name of the measure.

    Raises:
        FrameError: If there are more rows than a sheet can hold.
    """
    if rows.height > XLSX_ROWS:
        message = (
            f"A sheet holds {XLSX_ROWS} rows; '{name}' has {rows.height}. "
            "Choose fewer cases, or write CSV or Parquet."
        )
        raise FrameError(message)
    return workbook_bytes({name[:31]: joined(rows), "definitions": column_definitions(name)})


def workbook_bytes(sheets: Mapping[str, pl.DataFrame]) -> bytes:
    """Return frames without lists as the sheets of a workbook; text cells are of type text.

    Args:
        sheets: Frames by the name of their sheet, 31 letters at most, in order.
    """
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is written

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _WORKBOOK_OPTIONS) as workbook:
        workbook.set_properties({"created": _UNDATED})
        for title, rows in sheets.items():
            _write_sheet(workbook, title, rows)
    return written.getvalue()


def parquet_bytes(rows: pl.DataFrame) -> bytes:
    """Return rows as Parquet, types and lists kept."""
    written = io.BytesIO()
    rows.write_parquet(written)
    return written.getvalue()


def json_bytes(rows: pl.DataFrame) -> bytes:
    """Return rows as JSON: a list of objects, ISO dates, null for what is missing."""
    return rows.write_json().encode()


def joined(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with lists as one text each, parted by "; "; other columns stay."""
    lists = [name for name, type_ in rows.schema.items() if isinstance(type_, pl.List)]
    return rows.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(LIST_SEPARATOR) for name in lists
    )


_WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def _write_sheet(workbook: Workbook, title: str, rows: pl.DataFrame) -> None:
    sheet = workbook.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    heading = workbook.add_format({"bold": True})
    days = workbook.add_format({"num_format": "yyyy-mm-dd"})
    moments = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column_no, column in enumerate(rows.iter_columns()):
        sheet.write_string(0, column_no, column.name, heading)
        style = moments if isinstance(column.dtype, pl.Datetime) else days
        for row_no, value in enumerate(column, start=1):
            _write_cell(sheet, row_no, column_no, value, style)


def _write_cell(
    sheet: Worksheet, row_no: int, column_no: int, value: object, date_style: object
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row_no, column_no, value)
    elif isinstance(value, int | float):
        sheet.write_number(row_no, column_no, value)
    elif isinstance(value, dt.date | dt.datetime):
        sheet.write_datetime(row_no, column_no, value, date_style)
    else:
        sheet.write_string(row_no, column_no, str(value))
