"""The numbers of a picture as a file: the very frame of the query, safe in any spreadsheet."""

from __future__ import annotations

import http.client
import io
import zipfile

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.domain.selection import Selection
from dashboard.frames.definitions import column_definitions
from tests.support.drawn_service import FIRST_DAY
from tests.support.rich_service import rich_service
from tests.support.served import served

MEASURES = {"cells": "alliance_cells", "weeks": "alliance_by_family_week"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
QUERIES = [
    "",
    "case=C1",
    "case=C1&instrument=wai_sr",
    "case=C1&scale=bond&axis=date",
    "therapist=T02,T03&from=2026-06-08&to=2026-06-30",
    "family=F2&threat=resistance_to_change",
    "group=G2&member=bob",
]


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    service = rich_service()
    # Codes may begin with a hyphen, which a spreadsheet takes for the beginning of a formula.
    service.draw_family("-F9", {"-1": "parent"})
    service.draw_case(
        "-C9", "sessions held held\n-1/srs 30 32", family_id="-F9", first_day=FIRST_DAY
    )
    with (
        service.open(tmp_path_factory.mktemp("downloads") / "store") as store,
        served(store) as running,
    ):
        yield running


def fetched(board, path):
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def frame(board, measure, query):
    """Return the frame that the query gives in this process; every scale, the shown instrument."""
    selection = Selection.from_query(query)
    named = selection.changed(instrument=selection.instrument or "srs", scale="")
    return board.store.query_selection(MEASURES[measure], named)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("measure", MEASURES)
def test_a_parquet_file_is_the_frame_of_the_query(board, measure, query):
    status, headers, body = fetched(board, f"/download/{measure}.parquet?{query}")

    assert (status, headers["Content-Type"]) == (200, TYPES["parquet"])
    assert_frame_equal(pl.read_parquet(io.BytesIO(body)), frame(board, measure, query))


@pytest.mark.parametrize("query", QUERIES[:4])
@pytest.mark.parametrize("measure", MEASURES)
def test_a_csv_file_holds_the_same_rows_as_text(board, measure, query):
    _, headers, body = fetched(board, f"/download/{measure}.csv?{query}")
    expected = frame(board, measure, query)
    read = pl.read_csv(io.BytesIO(body), infer_schema=False)

    assert headers["Content-Type"] == TYPES["csv"]
    assert body.startswith(b"\xef\xbb\xbf")
    assert read.columns == expected.columns
    assert read.height == expected.height
    scores = "score" if measure == "cells" else "lowest_score"
    assert read[scores].cast(pl.Float64).to_list() == expected[scores].to_list()
    guarded = [code.replace("-C9", "'-C9") for code in expected["case_id"]]
    assert read["case_id"].to_list() == guarded


@pytest.mark.parametrize("measure", MEASURES)
def test_a_workbook_holds_the_rows_and_a_sheet_that_says_what_each_column_is(board, measure):
    _, headers, body = fetched(board, f"/download/{measure}.xlsx?case=C1")
    name = MEASURES[measure]
    sheets = pl.read_excel(io.BytesIO(body), sheet_id=0)
    expected = frame(board, measure, "case=C1")

    assert headers["Content-Type"] == TYPES["xlsx"]
    assert list(sheets) == [name, "definitions"]
    assert sheets[name].columns == expected.columns
    assert sheets[name]["case_id"].to_list() == expected["case_id"].to_list()
    scores = "score" if measure == "cells" else "lowest_score"
    assert sheets[name][scores].cast(pl.Float64).to_list() == expected[scores].to_list()
    defined = sheets["definitions"]
    assert defined.columns == column_definitions(name).columns
    assert defined[defined.columns[0]].to_list() == expected.columns


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_code_can_become_a_formula(board, form):
    _, _, body = fetched(board, f"/download/cells.{form}?case=-C9")

    if form == "csv":
        text = body.decode("utf-8-sig")
        cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
        assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
        assert "'-C9" in cells
    else:
        rows = pl.read_excel(io.BytesIO(body), sheet_name="alliance_cells")
        assert rows["case_id"].unique().to_list() == ["-C9"]
        assert rows["target_member_id"].dtype == pl.String
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert len(sheets) == 2
            assert not [name for name in sheets if b"<f" in book.read(name)]


def test_the_name_of_a_file_says_what_it_is_and_nothing_of_whom(board):
    for form in TYPES:
        headers = fetched(board, f"/download/cells.{form}?case=C1&therapist=T01")[1]
        said = f'attachment; filename="alliance-cells.{form}"'
        assert headers["Content-Disposition"] == said
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "case=%3Cscript%3E",
        "from=yesterday",
        "from=2026-07-01&to=2026-06-01",
        "therapist=" + "T" * 40,
        "axis=mood",
        "scale=a%20b",
    ],
)
def test_a_selection_that_cannot_be_one_is_refused_without_a_word_of_it(board, query):
    status, _, body = fetched(board, f"/download/cells.csv?{query}")

    assert status == 400
    assert body == b"<html><title>400: Bad Request</title><body>400: Bad Request</body></html>"


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("query", ["case=C77", "threat=zz", "instrument=nope", "axis=zz"])
def test_codes_that_do_not_exist_are_refused_and_never_stand_for_every_one(board, form, query):
    status, _, _ = fetched(board, f"/download/cells.{form}?{query}")

    assert status == 400


def test_a_file_of_newer_data_than_the_page_shows_is_not_given_unasked(board):
    generation = board.store.facts.generation

    assert fetched(board, f"/download/cells.csv?generation={generation}&case=C1")[0] == 200
    for other in ("0", str(generation + 1), "x"):
        status, _, body = fetched(board, f"/download/cells.csv?generation={other}")
        assert status == 409
        assert body.startswith(b"Newer data have arrived.")
