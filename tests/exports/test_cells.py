"""Cells as spreadsheet programs leave them: recognised, told, and never guessed at."""

from __future__ import annotations

import io

import polars as pl
import pytest
import xlsxwriter

from dashboard.exports.cells import found_decimal, is_cut_number, is_day_like, serial_days
from dashboard.exports.reading import read_export
from tests.exports.practice import PRACTICE, practice, table


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["7,5", "8"], ","),
        (["7.5", "8"], "."),
        (["7,5", "7.5"], "."),
        (["1,234"], "."),
        (["1,234", "7,5"], ","),
        (["a, b"], "."),
        ([], "."),
    ],
)
def test_the_decimal_mark_is_the_one_the_numbers_show(cells, mark):
    assert found_decimal(pl.DataFrame({"score": pl.Series(cells, dtype=pl.String)})) == mark


def test_days_as_excel_counts_them_are_days_since_the_thirtieth_of_december_1899():
    texts = pl.Series(["46024", "46024.75", "2026-01-02", "9", None])
    assert serial_days(texts).to_list() == ["2026-01-02", "2026-01-02", "2026-01-02", "9", None]


@pytest.mark.parametrize(
    "cell", ["03-Apr", "3. apr", "Apr-26", "04/03/2026", "2026-04-03", "2026-04-03 00:00:00"]
)
def test_a_day_is_known_however_a_sheet_writes_it(cell):
    assert is_day_like(pl.Series([cell, "parent", "7", None])).to_list() == [True, *[False] * 3]


def test_a_number_with_an_exponent_has_lost_digits():
    cells = pl.Series(["1.23457E+17", "1,2E+17", "2E", "123456789012345678"])
    assert is_cut_number(cells).to_list() == [True, True, False, False]


@pytest.mark.parametrize(
    ("visits", "column", "rule"),
    [
        ("A,1,46024,8,9\n", "date", "excel_serial_number"),
        ("A,1,03/02/2026,2026-04-03,9\n", "q1", "day_in_a_number"),
        ("A,1,03/02/2026,03-Apr,9\n", "q1", "day_in_a_number"),
    ],
)
def test_what_a_sheet_made_of_an_entry_is_set_aside_with_its_place(visits, column, rule, tmp_path):
    export = read_export(practice(tmp_path, visits="case,nr,date,q1,q2\n" + visits))
    told = export.set_aside.filter(pl.col("rule") == rule)
    assert told.select("file", "row_no", "column_name").rows() == [("visits.csv", 2, column)]


def test_days_as_excel_counts_them_are_read_where_the_mapping_says_so(tmp_path):
    mapping = PRACTICE["mapping"].replace('date_order = "dmy"', 'date_order = "excel"')
    visits = "case,nr,date,q1,q2\nA,1,46024,8,9\n"
    export = read_export(practice(tmp_path, visits=visits, mapping=mapping))
    assert [str(day) for (day,) in table(export, "sessions", "held_on")] == ["2026-01-02"]


def test_a_day_among_the_words_of_a_list_is_told_apart_from_an_unknown_word(tmp_path):
    mapping = PRACTICE["mapping"].replace(
        'columns.role = { value = "parent" }',
        'columns.role = { column = "therapist", map = { T1 = "parent" } }',
    )
    cases = "case,therapist\nA,03-Apr\nB,T9\n"
    export = read_export(practice(tmp_path, cases=cases, mapping=mapping))
    told = export.set_aside.filter(pl.col("table_name") == "members")
    assert told.select("row_no", "column_name", "rule").rows() == [
        (2, "therapist", "day_in_a_list"),
        (3, "therapist", "word_not_in_map"),
    ]


def test_ids_keep_their_zeros_and_all_their_digits_and_cut_ones_are_set_aside(tmp_path):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate(
            [("case", "therapist"), ("007", "T1"), ("123456789012345678", "T1")]
        ):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell)
        sheet.write_number(3, 0, 123456789012345678)
        sheet.write_string(3, 1, "T1")
    source = practice(tmp_path)
    (source / "cases.csv").unlink()
    (source / "cases.xlsx").write_bytes(content.getvalue())
    text = (source / "mapping.toml").read_text(encoding="utf-8")
    (source / "mapping.toml").write_text(text.replace("cases.csv", "cases.xlsx"), encoding="utf-8")
    export = read_export(source)
    assert [case for (case,) in table(export, "cases", "case_id")] == ["007", "123456789012345678"]
    cut = export.set_aside.filter(pl.col("rule") == "cut_number")
    assert cut.select("file", "row_no", "column_name").unique().rows() == [
        ("cases.xlsx", 4, "case")
    ]
