"""Files for other programs: typed, complete, and no cell that a spreadsheet could run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.errors import FrameError
from dashboard.frames import FILE_FORMATS, column_definitions, frame_bytes
from dashboard.frames.writing import XLSX_ROWS, csv_bytes, original_text, xlsx_bytes
from tests.support.rich_service import rich_service

RUNNING = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "＠x",
    "\x00=1",
    "'=1",
]
HARMLESS = ["T01", "a=b", "1-2", "", "it's", "'quoted'", "F-102", "né"]
ROWS = pl.DataFrame(
    {
        "name": ["T01", "=1+1", None],
        "score": [-1.5, None, 40.0],
        "count": pl.Series([1, -2, None], dtype=pl.Int32),
        "is_open": [True, False, None],
        "held_on": [dt.date(2026, 6, 1), None, dt.date(2026, 12, 31)],
        "loaded_at": [dt.datetime(2026, 6, 1, 12, 30), None, None],  # noqa: DTZ001
        "codes": [["a", "b"], [], None],
        "values": [[-1.0, 2.5], [], None],
    }
)


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    with rich_service().open(tmp_path_factory.mktemp("files") / "store") as store:
        yield store.query("alliance_cells")


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def written_notes(texts: list[str]) -> pl.Series:
    rows = read_csv(csv_bytes(pl.DataFrame({"n": range(len(texts)), "note": texts})))
    return pl.Series("note", [row[1] for row in rows[1:]], dtype=pl.String)


@pytest.mark.parametrize("text", RUNNING)
def test_text_that_a_spreadsheet_would_run_is_guarded(text):
    written = written_notes([text])

    assert written.item() == "'" + text
    assert original_text(written).item() == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text):
    assert written_notes([text]).item() == text


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_text_comes_back_as_it_was_written(texts):
    written = written_notes(texts)

    assert not written.str.contains(r"^\s*[=+\-@＝＋－＠]").any()
    assert original_text(written).to_list() == texts


def test_numbers_stay_numbers_and_negative_ones_are_not_quoted():
    lines = csv_bytes(ROWS).decode().splitlines()

    assert lines[0] == "name,score,count,is_open,held_on,loaded_at,codes,values"
    assert lines[1] == "T01,-1.5,1,true,2026-06-01,2026-06-01T12:30:00.000000,a; b,'-1.0; 2.5"
    assert lines[2].startswith("'=1+1,,-2,false,,,")


def test_a_byte_order_mark_is_there_when_asked_for():
    assert csv_bytes(ROWS, bom=True).startswith(b"\xef\xbb\xbf")
    assert csv_bytes(ROWS).startswith(b"name")
    assert frame_bytes(ROWS, "case_list", "csv", bom=True).startswith(b"\xef\xbb\xbf")


def test_a_workbook_holds_typed_cells_and_a_sheet_of_definitions(cells):
    content = frame_bytes(cells, "alliance_cells", "xlsx")
    sheet = pl.read_excel(content, sheet_name="alliance_cells", infer_schema_length=None)
    meanings = pl.read_excel(content, sheet_name="definitions")

    assert sheet.columns == cells.columns
    assert sheet["score"].cast(pl.Float64).to_list() == cells["score"].to_list()
    assert sheet["held_on"].dtype == pl.Date
    assert (
        sheet["threat_types"].fill_null("").to_list()
        == cells["threat_types"].list.join("; ").to_list()
    )
    assert meanings["column"].to_list() == cells.columns
    assert (
        meanings["meaning"].to_list() == column_definitions("alliance_cells")["meaning"].to_list()
    )


def test_a_workbook_holds_no_formula_and_no_link():
    notes = [*RUNNING[:4], "http://example.org", "1"]
    rows = pl.DataFrame({"case_id": notes, "family_id": notes, "cell_count": [1] * len(notes)})
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(rows, "cell_counts"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.namelist()

    assert "<f>" not in sheet
    assert len(re.findall(r'<c r="A\d+" t="s"', sheet)) == len(notes)
    assert not any(
        "hyperlink" in name.lower() or (".rels" in name and "sheet" in name) for name in names
    )


def test_every_type_of_cell_is_written():
    rows = pl.read_excel(xlsx_bytes(ROWS, "cell_counts"), sheet_id=1)

    assert rows["is_open"].to_list() == [True, False, None]
    assert rows["held_on"].to_list() == ROWS["held_on"].to_list()
    assert rows["loaded_at"].cast(pl.Datetime("us")).to_list() == ROWS["loaded_at"].to_list()
    assert rows["score"].to_list() == [-1.5, None, 40.0]
    assert rows["name"].to_list() == ["T01", "=1+1", None]


def test_equal_rows_give_an_equal_workbook(cells):
    assert xlsx_bytes(cells, "alliance_cells") == xlsx_bytes(cells, "alliance_cells")


def test_more_rows_than_a_sheet_holds_are_refused_in_words():
    many = pl.DataFrame({"case_id": pl.Series([None], dtype=pl.String)}).select(
        pl.col("case_id").repeat_by(XLSX_ROWS + 1).list.explode()
    )

    with pytest.raises(FrameError, match="A sheet holds 1048575 rows; 'cell_counts' has 1048576"):
        xlsx_bytes(many, "cell_counts")


def test_parquet_keeps_types_and_lists(cells):
    written = frame_bytes(cells, "alliance_cells", "parquet")

    assert_frame_equal(pl.read_parquet(io.BytesIO(written)), cells)


def test_json_is_a_list_of_objects_with_days_as_text():
    rows = json.loads(frame_bytes(ROWS, "case_list", "json"))

    assert rows[0]["held_on"] == "2026-06-01"
    assert rows[0]["codes"] == ["a", "b"]
    assert rows[2]["name"] is None


def test_a_format_that_is_none_of_them_is_refused():
    with pytest.raises(FrameError, match="A file is written as one of"):
        frame_bytes(ROWS, "case_list", "doc")
    assert set(FILE_FORMATS) == {"csv", "xlsx", "parquet", "json"}


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet", "json"])
def test_a_frame_without_rows_is_a_file_with_its_columns(cells, file_format):
    content = frame_bytes(cells.clear(), "alliance_cells", file_format)

    assert len(content) > 0
    if file_format == "csv":
        assert read_csv(content) == [cells.columns]
