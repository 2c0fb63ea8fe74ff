"""How far the sheets of a workbook reach, before anything lays them out in memory."""

from __future__ import annotations

import io
import re
import zipfile

from dashboard.errors import SourceError
from dashboard.exports.files import UNREADABLE_ARCHIVE

MAX_CELLS = 20_000_000
"""Rows times columns of the widest sheet; a cell far below the table makes a sheet that large."""

MAX_UNPACKED_BYTES = 2 * 1024**3
"""A workbook that unpacks to more is refused before anything is unpacked."""

UNREADABLE = (*UNREADABLE_ARCHIVE, KeyError, IndexError, StopIteration, ValueError)
_SCANNED_BYTES = 32 * 1024**2
_DIMENSION = re.compile(rb'<dimension[^>]{0,200}\bref="(?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb'<c\b[^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"[^>]{0,200}(?<!/)>')


def require_small_sheets(name: str, content: bytes) -> None:
    """Refuse a workbook whose sheets would not fit into memory.

    A sheet is laid out from its first to its last filled cell, so one forgotten cell in the last
    row takes gigabytes. An .ods file is only looked at for its unpacked size.

    Args:
        name: Name for messages.
        content: Bytes of the workbook; what is no zip archive is left to its reader.

    Raises:
        SourceError: If a sheet reaches too far, or the file unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entries = book.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                message = f"{name}: unpacks to more than 2 GiB. Save the table as CSV or Parquet."
                raise SourceError(message)
            sheets = [each for each in entries if each.filename.startswith("xl/worksheets/")]
            reach = [_reach(book, sheet) for sheet in sheets]
    except UNREADABLE:
        return
    for row, column in reach:
        if row * column > MAX_CELLS:
            message = (
                f"{name}: a sheet reaches to row {row}, column {column}. Delete the rows and "
                "columns beyond the table (they may look empty), or save it as CSV."
            )
            raise SourceError(message)


def _reach(book: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> tuple[int, int]:
    """Return the last row and column: of filled cells, or as a large sheet says itself."""
    with book.open(sheet) as file:
        lead = file.read(_SCANNED_BYTES)
        is_whole = not file.read(1)
    found = _CELL.findall(lead) if is_whole else _DIMENSION.findall(lead[:4096])
    row = max((int(number) for _, number in found), default=0)
    return row, max((column_number(letters) for letters, _ in found), default=0)


def column_number(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
