"""A sheet that is nearly of a shipped form: why it is not, in one sentence."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import PurePath
from typing import TYPE_CHECKING

import fastexcel
import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.foreign_code import foreign_code
from dashboard.exports.parquet_trial import require_readable
from dashboard.exports.sheets import opened_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR_SHARE = 0.6
"""A row that holds this share of the needed names is taken for the header that was meant."""

_LEAD_ROWS = 30
_LEAD_BYTES = 65_536
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def misfit(
    name: str, content: bytes, needed: Sequence[str], separators: Sequence[str]
) -> str | None:
    """Return why a file that was meant to be of a form is not.

    Args:
        name: Name of the file.
        content: Its bytes.
        needed: Columns that the form needs.
        separators: Separators that a text of the form may have.

    Returns:
        A sentence with names of the form only; an empty one where the names are all there, so
        that the trouble lies elsewhere; none where nothing of the form is in the file.
    """
    rows = _rows(name, content, separators)
    found = ((_likeness(row, needed), -number, row) for number, row in rows)
    count, place, row = max(found, default=(0, 0, []))
    if count < NEAR_SHARE * len(needed):
        return None
    if place < -1:
        return (
            f"{name}: has its header in row {-place}; the one-spreadsheet form has it in row 1. "
            "Remove the rows above it, or describe the file with --mapping FILE (key 'skip_rows')."
        )
    missing = [column for column in needed if column not in row]
    if not missing:
        return ""
    word = "column" if len(missing) == 1 else "columns"
    return (
        f"{name}: misses the {word} {', '.join(repr(column) for column in missing)}. The "
        f"one-spreadsheet form needs {', '.join(needed)}, named exactly so, in small letters."
    )


def _likeness(row: list[str], needed: Sequence[str]) -> int:
    return len({cell.casefold() for cell in row} & set(needed))


def _rows(name: str, content: bytes, separators: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return the first rows with their numbers from 1, split at every separator in turn."""
    suffix = PurePath(name).suffix.lower()
    faults = (pl.exceptions.PolarsError, fastexcel.FastExcelError, csv.Error)
    try:
        with foreign_code(SourceError(name), *faults):
            if suffix == ".parquet":
                require_readable(name, content)
                return [(1, list(pl.read_parquet_schema(io.BytesIO(content))))]
            if suffix in (".xlsx", ".ods"):
                return _sheet_rows(content)
            text = _lead(content)
            return [row for separator in separators for row in _text_rows(text, separator)]
    except SourceError:
        return []


def _sheet_rows(content: bytes) -> list[tuple[int, list[str]]]:
    cells: pl.DataFrame = (
        opened_workbook("", content)
        .load_sheet(0, header_row=None, skip_rows=0, n_rows=_LEAD_ROWS, dtypes="string")
        .to_polars()
    )
    return [
        (number, [(cell or "").strip() for cell in row])
        for number, row in enumerate(cells.iter_rows(), start=1)
    ]


def _lead(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    return content[:_LEAD_BYTES].decode(encoding, errors="replace")


def _text_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [
        (number, [cell.strip() for cell in row])
        for number, row in zip(range(1, _LEAD_ROWS + 1), reader, strict=False)
    ]
