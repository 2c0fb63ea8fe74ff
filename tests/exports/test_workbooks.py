"""Workbooks, and files in the encodings and separators that spreadsheets write."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from dashboard.errors import SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import sha256
from dashboard.exports.headers import ROW
from dashboard.exports.reading import read_export
from dashboard.exports.sheets import read_sheet
from dashboard.exports.text_tables import read_text_table
from tests.exports.practice import PRACTICE, practice

DAY = dt.date(2026, 2, 3)


def workbook(rows, sheet="Visits", shows="0"):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if str(value).startswith("="):
                    page.write_formula(number, column, value, None, shows)
                elif isinstance(value, dt.date):
                    page.write_datetime(number, column, value, day)
                else:
                    page.write(number, column, value)
    return content.getvalue()


def sheet_table(content, form=None, sheet=None):
    return read_sheet("visits.xlsx", content, form or TextForm(), sheet, sha256(content))


def test_a_workbook_gives_texts_days_and_the_row_numbers_of_the_sheet():
    rows = [
        ["Visits of spring"],
        [],
        ["case", "nr", "date", "q1"],
        ["007", 1, DAY, 8.5],
        [],
        ["B", 2],
    ]
    found = sheet_table(workbook(rows), TextForm(skip_rows=2))
    assert found.columns == ["case", "nr", "date", "q1"]
    assert found.rows.rows() == [
        (4, "007", "1", "2026-02-03", "8.5"),
        (6, "B", "2", None, None),
    ]
    assert found.row_count == 2


def test_an_error_of_a_formula_is_no_empty_cell():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet("Read me").write_formula(1, 2, "=1/0", None, "#REF!")
        page = book.add_worksheet("R&D")
        page.write_row(2, 2, ["case", "q1", "q2"])
        page.write(3, 2, "A")
        page.write_formula(3, 3, '=IF(1>0,1/0,"<c>")', None, "#DIV/0!")
        page.write_row(4, 2, ["B", 7.5])
        page.write_formula(5, 3, "=NA()", None, "#N/A")
        page.write_formula(3, 4, "=NA()", None, "#N/A")
    found = sheet_table(content.getvalue(), TextForm(skip_rows=2), sheet="R&D")
    assert found.rows.rows() == [
        (4, "A", "#DIV/0!", "#N/A"),
        (5, "B", "7.5", None),
        (6, None, "#N/A", None),
    ]


def test_empty_columns_of_a_sheet_are_passed_over():
    found = sheet_table(workbook([["case", None, "nr"], ["A", None, 1]]))
    assert found.rows.drop(ROW).rows() == [("A", "1")]


def test_a_sheet_without_header_takes_the_declared_names():
    form = TextForm(header_rows=0, columns=("case", "nr"))
    assert sheet_table(workbook([["A", 1]]), form).rows.rows() == [(1, "A", "1")]


def test_a_sheet_is_chosen_by_name_and_an_unknown_one_refused():
    content = workbook([["case"], ["A"]])
    assert sheet_table(content, sheet="Visits").row_count == 1
    with pytest.raises(SourceError, match=r"has no sheet 'Other'\. It has 1;"):
        sheet_table(content, sheet="Other")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no workbook", "not a readable workbook"),
        (workbook([]), "the sheet ends before it"),
        (workbook([["case", "case"], ["A", "B"]]), "columns 1 and 2 have the same name"),
        (workbook([["case"], ["A", "B"]]), "column 2 has no name in the header"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused_with_its_reason(content, words):
    with pytest.raises(SourceError, match=words):
        sheet_table(content)


def test_a_mapped_workbook_keeps_days_and_numbers(tmp_path):
    source = practice(tmp_path)
    (source / "visits.csv").unlink()
    rows = [["case", "nr", "date", "q1", "q2"], ["A", 1, DAY, 8.5, 9], ["B", 1, DAY, 3, 4]]
    (source / "visits.xlsx").write_bytes(workbook(rows))
    text = PRACTICE["mapping"].replace("visits.csv", "visits.xlsx").replace('"dmy"', '"iso"')
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    export = read_export(source)
    assert export.set_aside.is_empty()
    assert export.tables["sessions"]["held_on"].to_list() == [DAY, DAY]
    assert export.tables["item_scores"]["value"].to_list() == [8.5, 9.0, 3.0, 4.0]
    rows[2][3] = "=NA()"
    (source / "visits.xlsx").write_bytes(workbook(rows, shows="#N/A"))
    aside = read_export(source).set_aside
    assert aside.select("file", "row_no", "column_name").rows() == [("visits.xlsx", 3, "q1")]


def test_an_open_document_sheet_is_read_like_a_workbook():
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in (["case", "nr"], ["A", "1"])
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    found = read_sheet("visits.ods", content.getvalue(), TextForm(), None, "")
    assert found.rows.rows() == [(2, "A", "1")]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("case;nr\nJosé;1\n".encode("cp1252"), TextForm(separator=";", encoding="cp1252")),
        ("case\tnr\nJosé\t1\n".encode("utf-16"), TextForm(separator="\t", encoding="utf-16")),
        ("\ufeffcase,nr\r\nJosé,1\r\n".encode(), TextForm()),
        ("case,nr\rJosé,1\r".encode(), TextForm()),
        ('"case","nr"\n"José","1"\n'.encode(), TextForm()),
        ("Title\nQuestion,Number\ncase,nr\nJosé,1\n".encode(), TextForm(",", "utf-8", 1, 2, 2)),
    ],
)
def test_encodings_separators_and_headers_give_one_table(content, form):
    found = read_text_table("visits.csv", content, form, "")
    assert found.columns == ["case", "nr"]
    assert found.rows.drop(ROW).rows() == [("José", "1")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'case,nr\nA "the first",1\n', [('A "the first"', "1")]),
        (b'case,nr\n"A",1\n\n"B",2\n', [("A", "1"), ("B", "2")]),
        (b'"case","nr"\n', []),
        (b"case,nr\n", []),
        (b"case,nr\nA,1,2\nB\n", []),
    ],
)
def test_odd_but_readable_texts_are_read_record_by_record(content, rows):
    found = read_text_table("visits.csv", content, TextForm(), "")
    assert found.rows.drop(ROW).rows() == rows
    assert found.row_count == len(rows) + len(found.ragged_rows)


def test_a_blank_row_in_place_of_the_header_is_refused():
    with pytest.raises(SourceError, match="expected a header in row 1; that row is blank"):
        read_text_table("visits.csv", b"\ncase,nr\nA,1\n", TextForm(), "")


def test_a_text_in_another_encoding_is_refused_with_the_likely_one():
    content = "case,nr\nJosé,1\n".encode("cp1252")
    with pytest.raises(
        SourceError, match=r"line 2 is not utf-8 text, from its byte 4 on\."
    ) as told:
        read_text_table("visits.csv", content, TextForm(), "")
    assert 'for instance encoding = "cp1252"' in str(told.value)


def test_an_encoding_nobody_knows_is_refused():
    with pytest.raises(SourceError, match="'latin-99' is no known encoding"):
        read_text_table("visits.csv", b"a,b\n", TextForm(encoding="latin-99"), "")


def test_a_header_that_spans_lines_does_not_shift_the_rows():
    content = b'"case\nid",nr\n"A",1\n"B",2\n'
    found = read_text_table("visits.csv", content, TextForm(), "")
    assert found.rows.rows() == [("A", "1", 2), ("B", "2", 3)]


def test_a_file_that_ends_before_its_header_is_refused():
    with pytest.raises(SourceError, match="expected a header in row 3"):
        read_text_table("visits.csv", b"a,b\n", TextForm(skip_rows=2), "")


def test_a_mapped_file_of_one_column_is_refused_with_the_key_that_mends_it(tmp_path):
    source = practice(tmp_path, visits=PRACTICE["visits"].replace(",", ";"))
    text = (source / "mapping.toml").read_text(encoding="utf-8")
    text = text.replace('date_order = "dmy"', 'date_order = "dmy"\nseparator = ","')
    (source / "mapping.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"the semicolon\. Set mapping\.toml: file\[2\]"):
        read_export(source)


def test_a_tab_separated_file_needs_no_separator(tmp_path):
    source = practice(tmp_path)
    text = (source / "visits.csv").read_text(encoding="utf-8").replace(",", "\t")
    (source / "visits.tsv").write_text(text, encoding="utf-8")
    (source / "visits.csv").unlink()
    mapping = PRACTICE["mapping"].replace("visits.csv", "visits.*")
    (source / "mapping.toml").write_text(mapping, encoding="utf-8")
    assert read_export(source).tables["sessions"].height == 3
