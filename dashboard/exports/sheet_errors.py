"""Cells of a workbook that hold an error (#N/A, #DIV/0!), which its reader takes for empty ones."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath
from typing import TYPE_CHECKING

from dashboard.exports.sheet_extent import UNREADABLE, column_number

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 8 * 1024**2
_OVERLAP = 4096
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_TARGET = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_CELL = re.compile(
    rb'<c\b(?P<said>[^>]{0,200}?\br="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^>]{0,200})(?<!/)>'
)
_VALUE = re.compile(rb"(?:<f\b[^>]*/>|<f\b.{0,2000}?</f>)?<v>(#[^<]{1,20})</v>", re.DOTALL)


def with_errors(cells: pl.DataFrame, content: bytes, sheet: str | int) -> pl.DataFrame:
    """Return the cells of a sheet with the words of its errors where they stand.

    An error is no empty cell: it is checked like any other text, and set aside with its place.

    Args:
        cells: Texts of the sheet from row 1 on, from its first filled column on.
        content: Bytes of the workbook; one that is no .xlsx has no such cells.
        sheet: Name of the sheet, or its number from 0.
    """
    try:
        first, found = _errors(content, sheet)
    except UNREADABLE:
        return cells
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in found.items():
        if row <= cells.height and 0 <= column - first < cells.width:
            by_column.setdefault(column - first, {})[row - 1] = text
    return cells.with_columns(
        cells.to_series(place).scatter(list(texts), list(texts.values()))
        for place, texts in by_column.items()
    )


def _errors(content: bytes, sheet: str | int) -> tuple[int, dict[tuple[int, int], str]]:
    """Return the first filled column of a sheet, and its errors by row and column."""
    first, found = 1 << 20, dict[tuple[int, int], str]()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for text in parts_of(book, part_of(book, sheet)):
            for cell in _CELL.finditer(text):
                column = column_number(cell["column"])
                first = min(first, column)
                value = _VALUE.match(text, cell.end()) if b't="e"' in cell["said"] else None
                if value:
                    found[int(cell["row"]), column] = html.unescape(value[1].decode())
    return first, found


def first_column(content: bytes, sheet: str | int) -> int:
    """Return the number of the first filled column of a sheet of an .xlsx; A is 1."""
    return _errors(content, sheet)[0]


def part_of(book: zipfile.ZipFile, sheet: str | int) -> str:
    """Return the name of the part that holds a sheet.

    Raises:
        ValueError: If there is none.
    """
    listed = [_attributes(each) for each in _SHEET.findall(book.read("xl/workbook.xml"))]
    names = [html.unescape(each.get("name", "")) for each in listed]
    place = sheet if isinstance(sheet, int) else names.index(sheet)
    parts = [_attributes(each) for each in _TARGET.findall(book.read("xl/_rels/workbook.xml.rels"))]
    target = next(each["Target"] for each in parts if each["Id"] == listed[place]["r:id"])
    return target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}


def parts_of(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the text of a sheet in pieces that overlap, so that each cell stands whole in one."""
    with book.open(part) as file:
        kept = b""
        while piece := file.read(_CHUNK):
            yield kept + piece
            kept = piece[-_OVERLAP:]
