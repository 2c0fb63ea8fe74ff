"""The native format in workbooks: a file for each table, or a sheet for each in one file."""

from __future__ import annotations

import datetime as dt
import io
import re

import polars as pl
import pytest
import xlsxwriter
from polars.testing import assert_frame_equal

from dashboard.errors import SourceError
from dashboard.exports.reading import read_export
from tests.exports.support import SOUND

DAYS = {"default_date_format": "d.m.yyyy"}


def typed(text):
    """Return a cell as a person would type it into a sheet: numbers and days as such."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return dt.date.fromisoformat(text)
    try:
        return float(text)
    except ValueError:
        return text


def written(sheet, file):
    rows = pl.read_csv(file, infer_schema=False, has_header=False).rows()
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(place, column, typed(cell))


def as_one_workbook(target):
    with xlsxwriter.Workbook(target, DAYS) as book:
        for file in sorted(SOUND.glob("*.csv")):
            written(book.add_worksheet(file.stem.title()), file)
    return target


def as_workbooks(folder):
    folder.mkdir()
    for file in sorted(SOUND.glob("*.csv")):
        with xlsxwriter.Workbook(folder / f"{file.stem}.xlsx", DAYS) as book:
            written(book.add_worksheet(), file)
    return folder


@pytest.mark.parametrize("kind", ["one", "many"])
def test_workbooks_give_the_same_tables_as_text_files(kind, tmp_path):
    source = (
        as_one_workbook(tmp_path / "all.xlsx") if kind == "one" else as_workbooks(tmp_path / "x")
    )
    export, expected = read_export(source), read_export(SOUND)
    assert export.set_aside.is_empty()
    for name, rows in expected.tables.items():
        assert_frame_equal(export.tables[name], rows)
    files = export.files.select("file", "row_count").rows()
    label = "all.xlsx [Sessions]" if kind == "one" else "sessions.xlsx"
    assert (label, expected.tables["sessions"].height) in files


def test_days_of_a_sheet_are_days_and_a_cut_id_sets_its_row_aside(tmp_path):
    target = as_one_workbook(tmp_path / "all.xlsx")
    book = xlsxwriter.Workbook(tmp_path / "families.xlsx")
    sheet = book.add_worksheet()
    written(sheet, SOUND / "families.csv")
    sheet.write_number(3, 0, 123456789012345678)
    book.close()
    with pytest.raises(SourceError, match=r"both hold 'families'\. Keep one"):
        read_export(tmp_path)
    target.unlink()
    for file in SOUND.glob("*.csv"):
        if file.stem != "families":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    export = read_export(tmp_path)
    assert export.tables["families"].height == 2
    told = export.set_aside.filter(pl.col("rule") == "cut_number")
    assert told.select("file", "row_no", "table_name", "column_name").rows() == [
        ("families.xlsx", 4, "families", "family_id")
    ]


def test_a_sheet_in_a_workbook_that_is_damaged_is_refused(tmp_path):
    (tmp_path / "families.xlsx").write_bytes(io.BytesIO(b"PK\x03\x04").getvalue())
    (tmp_path / "other.xlsx").write_bytes(b"nothing")
    with pytest.raises(SourceError):
        read_export(tmp_path)
