"""Workbooks, Parquet and SPSS files that are damaged or meant to break the reader."""

from __future__ import annotations

import io
import random
import zipfile

import polars as pl
import pytest
import xlsxwriter

from dashboard.errors import PendingSource, SourceError
from dashboard.exports import sheet_extent
from dashboard.exports.dialects import TextForm
from dashboard.exports.foreign_code import foreign_code
from dashboard.exports.native import read_parquet_table
from dashboard.exports.sheets import read_sheet, sheet_names, sheet_width


class PanicException(BaseException):
    """What a compiled library raises where it gave up."""


def workbook(*cells):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("S")
        for row, column, text in cells:
            sheet.write(row, column, text)
    return content.getvalue()


def sheet_of(content):
    return read_sheet("visits.xlsx", content, TextForm(), None, "")


def test_a_panic_of_a_library_is_a_refusal_in_words_and_an_interruption_is_not():
    refusal = SourceError("visits.xlsx: not readable.")
    with pytest.raises(SourceError, match="not readable"), foreign_code(refusal):
        raise PanicException
    with pytest.raises(KeyboardInterrupt), foreign_code(refusal, ValueError):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (1_048_575, 99, "reaches to row 1048576, column 100"),
        (1_048_575, 16_383, "reaches to row 1048576, column 16384"),
    ],
)
def test_a_forgotten_cell_far_below_the_table_is_refused_by_its_place(row, column, words):
    with pytest.raises(SourceError, match=words):
        sheet_of(workbook((0, 0, "case"), (1, 0, "A"), (row, column, "x")))


def test_formats_far_below_the_table_are_no_cells():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["case", "nr"])
        sheet.write_row(1, 0, ["A", "1"])
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    assert sheet_of(content.getvalue()).rows.rows() == [(2, "A", "1")]


def test_a_large_sheet_is_taken_at_its_word(monkeypatch):
    content = workbook((0, 0, "case"), (1_048_575, 99, "x"))
    monkeypatch.setattr(sheet_extent, "_SCANNED_BYTES", 250)
    with pytest.raises(SourceError, match="reaches to row 1048576, column 100"):
        sheet_of(content)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_extent, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(SourceError, match="unpacks to more than 2 GiB"):
        sheet_of(workbook((0, 0, "case")))


def test_a_damaged_archive_is_left_to_its_reader_which_refuses_it():
    whole = workbook((0, 0, "case"), (1, 0, "A"))
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        place = book.getinfo("xl/worksheets/sheet1.xml").header_offset
    damaged = whole[: place + 80] + b"\xff" * 40 + whole[place + 120 :]
    with pytest.raises(SourceError, match=r"^visits\.xlsx: "):
        sheet_of(damaged)
    assert sheet_names(b"nothing") == []
    assert sheet_width(b"nothing", None) == 0
    assert sheet_width(whole, "S") == sheet_width(whole, "T") == 1


def damaged(content, count):
    chance = random.Random(20260302)  # noqa: S311 - damage, no secrets
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed)


def test_damaged_parquet_files_are_tables_or_refused():
    target = io.BytesIO()
    pl.DataFrame({"case": ["A", "B"], "q1": [7.5, None]}).write_parquet(target)
    outcomes = set()
    for content in damaged(target.getvalue(), 300):
        try:
            read_parquet_table("visits.parquet", content, "")
        except (SourceError, PendingSource) as refusal:
            outcomes.add(str(refusal).partition(":")[0])
        else:
            outcomes.add("table")
    assert outcomes == {"visits.parquet", "table"}


def test_damaged_workbooks_are_tables_or_refused():
    outcomes = set()
    for content in damaged(workbook((0, 0, "case"), (0, 1, "nr"), (1, 0, "A")), 300):
        try:
            sheet_of(content)
        except SourceError as refusal:
            outcomes.add(str(refusal).partition(":")[0])
        else:
            outcomes.add("table")
    assert outcomes == {"visits.xlsx", "table"}
