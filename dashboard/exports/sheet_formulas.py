"""Cells of a workbook that hold formulas: their stored results may be out of date or missing."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.sheet_errors import first_column, part_of, parts_of
from dashboard.exports.sheet_extent import MAX_CELLS, UNREADABLE, column_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

FORMULA = "formula"
"""Rule of a row that is set aside because a cell of it, which is used, is a formula."""

FORMULAS = "formulas"
"""Rule of the notice that a column holds formulas."""

PASTE = (
    "The cell holds a formula; its stored result may be out of date. Copy the column, paste it as "
    "values (paste special), save, and choose the file again. A row of totals is no rating: "
    "delete it."
)

_MOST = 2_000_000
_WINDOW = 1_000
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f(?P<said>[\s/>][^>]{0,2000})")
_CELL = re.compile(
    rb'<(?:\w{1,20}:)?c\s[^<>]{0,400}?\br="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^<>]{0,400}>\s*'
)
_OVER = re.compile(rb'\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_END = re.compile(rb"</(?:\w{1,20}:)?sheetData>")
_ODS = re.compile(
    rb"<table:(?P<kind>table|table-row|table-cell|covered-table-cell)"
    rb'(?P<said>(?:\s+[\w:.-]{1,60}="[^"]*")*)\s*/?>'
)
_OTHER = re.compile(rb'\s(?!table:)\w{1,20}:formula="')
_ATTRIBUTE = re.compile(rb'([\w:.-]{1,60})="([^"]*)"')

Area = tuple[int, int, int, int]
"""First and last row, first and last column, counted from 1."""


def formula_rows(
    name: str, content: bytes, sheet: str | int, cells: pl.DataFrame
) -> dict[str, list[int]]:
    """Return by column of a sheet the numbers of the rows whose cell there is a formula.

    Args:
        name: Name of the file, for messages.
        content: Bytes of the workbook; what holds none of the known parts has no formulas.
        sheet: Name of the sheet, or its number from 0.
        cells: Texts of the sheet from row 1 on, from its first filled column on.

    Returns:
        Row numbers of the sheet, sorted; only columns with formulas.

    Raises:
        SourceError: If a formula stands where its cell cannot be told, or there are too many.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if "content.xml" in book.namelist():
                first, areas = _ods_areas(name, book.read("content.xml"), sheet)
            else:
                areas = list(_xlsx_areas(name, book, sheet))
                first = first_column(content, sheet) if areas else 1
    except UNREADABLE:
        return {}
    if any(left < first for _, _, left, _ in areas):
        raise SourceError(_unclear(name))
    inside = [_clipped(area, first, cells) for area in areas]
    if sum(len(rows) * len(places) for rows, places in inside) > _MOST:
        raise SourceError(_unclear(name))
    found: dict[str, set[int]] = {}
    for rows, places in inside:
        for place in places:
            found.setdefault(cells.columns[place], set()).update(rows)
    return {column: sorted(rows) for column, rows in found.items() if rows}


def _clipped(area: Area, first: int, cells: pl.DataFrame) -> tuple[range, range]:
    """Return rows of the sheet and places of columns of an area, as far as they were read."""
    top, bottom, left, right = area
    rows = range(max(top, 1), min(bottom, cells.height) + 1)
    return rows, range(max(left - first, 0), min(right - first + 1, cells.width))


def _unclear(name: str) -> str:
    return (
        f"{name}: holds formulas in cells that cannot be told apart. Copy the table, paste it as "
        "values into a new sheet, and save that (or save it as CSV)."
    )


def _xlsx_areas(name: str, book: zipfile.ZipFile, sheet: str | int) -> Iterator[Area]:
    is_first = True
    for text in parts_of(book, part_of(book, sheet)):
        end = _END.search(text)
        for found in _FORMULA.finditer(text, 0, end.start() if end else len(text)):
            # What stands earlier in a piece was whole at the end of the one before.
            if not is_first and found.start() < _WINDOW:
                continue
            cell = _CELL.fullmatch(text, text.rfind(b"<", 0, found.start()), found.start())
            if cell is None:
                raise SourceError(_unclear(name))
            yield _area(cell, found["said"])
        if end:
            return
        is_first = False


def _area(cell: re.Match[bytes], said: bytes) -> Area:
    """Return the cells of a formula: its own, or all that a formula of an array fills."""
    row, column = int(cell["row"]), column_number(cell["column"])
    over = _OVER.search(said.partition(b">")[0]) if b't="shared"' not in said else None
    if over is None:
        return row, row, column, column
    return int(over[2]), int(over[4]), column_number(over[1]), column_number(over[3])


def _ods_areas(name: str, text: bytes, sheet: str | int) -> tuple[int, list[Area]]:
    """Return the first filled column of a sheet, and the areas of its formulas."""
    if _OTHER.search(text):
        raise SourceError(_unclear(name))
    first, areas = 1 << 20, list[Area]()
    number, row, rows, column, is_here = -1, 0, 1, 1, False
    for tag in _ODS.finditer(text):
        said = {key.decode(): value for key, value in _ATTRIBUTE.findall(tag["said"])}
        if tag["kind"] == b"table":
            number, row, rows = number + 1, 0, 1
            is_here = sheet in (number, html.unescape(said.get("table:name", b"").decode()))
        elif tag["kind"] == b"table-row":
            row, rows, column = row + rows, _times(said, "rows"), 1
        elif is_here:
            wide = _times(said, "columns")
            if "office:value-type" in said or "table:formula" in said:
                first = min(first, column)
            if "table:formula" in said:
                areas.append((row, row + rows - 1, column, column + wide - 1))
            column += wide
    return first, areas


def _times(said: dict[str, bytes], what: str) -> int:
    return min(int(said.get(f"table:number-{what}-repeated", b"1")), MAX_CELLS)
