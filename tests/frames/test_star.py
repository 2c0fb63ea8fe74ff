"""Dimensions and facts for other programs: every key leads somewhere, and every column is told."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.domain.disclosure import Codes, Level
from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError, FrameError, SelectionError
from dashboard.frames import star, star_files
from dashboard.frames.star import StarRequest, calendar, star_definitions, star_tables
from dashboard.frames.star_files import Untold, write_star, write_workbook
from dashboard.store import query_contracts
from tests.support.quiet_service import service_with_signals

CODES = Codes(b"a key of a service in a test 123")
NOTHING = Untold()
PLAIN = {pl.String, pl.Int32, pl.Int64, pl.Float64, pl.Boolean, pl.Date}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with service_with_signals().open(tmp_path_factory.mktemp("star") / "store") as opened:
        yield opened


@pytest.fixture(scope="module")
def folders(store, tmp_path_factory):
    """The same service as a folder at levels A and B."""
    place = tmp_path_factory.mktemp("folders")
    for level in (Level.SUPERVISION, Level.SNAPSHOT):
        write_star(store, place / level, StarRequest(level, CODES), NOTHING)
    return place


def tables_in(folder):
    return {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}


@pytest.mark.parametrize("level", ["A", "B"])
def test_every_key_leads_to_a_row_and_every_column_is_told(folders, level):
    tables = tables_in(folders / level)
    told = tables.pop("dictionary")
    lost = {}
    for table, column, leads_to in told.select("table", "column", "refers_to").iter_rows():
        if leads_to is None:
            continue
        key = "date" if leads_to == "dim_date" else star._KEYS[leads_to]
        values = tables[table][column].drop_nulls().unique()
        known = tables[leads_to][key]
        assert known.is_duplicated().sum() == 0
        if not values.is_in(known.implode()).all():
            lost[table, column] = leads_to

    assert lost == {}
    assert told.select("table", "column").rows() == [
        (table, column) for table in told["table"].unique(maintain_order=True)
        for column in tables[table].columns
    ]  # fmt: skip
    assert set(told["table"]) == set(tables)
    assert told["meaning"].str.len_chars().min() > 0


@pytest.mark.parametrize("level", ["A", "B"])
def test_columns_are_of_plain_types_and_packed_so_that_any_reader_opens_them(folders, level):
    types = {kind for rows in tables_in(folders / level).values() for kind in rows.dtypes}

    assert types <= PLAIN
    names = {file.name for file in (folders / level).iterdir()}
    assert names <= star_files.known_files()
    assert {"fact_ratings.parquet", "dim_date.parquet", "README.md"} <= names


def test_rows_are_those_of_the_measures(store, folders):
    tables = tables_in(folders / "A")
    for table, measure in star.TABLES.items():
        expected = store.query(measure)
        assert tables[table].height == expected.height
        plain = [name for name, kind in expected.schema.items() if not isinstance(kind, pl.List)]
        assert_frame_equal(tables[table].select(plain), expected.select(plain), check_dtypes=False)
    cells = store.query("alliance_cells")
    joined = (
        tables["fact_ratings"]["threat_types"]
        .str.split("; ")
        .list.eval(pl.element().filter(pl.element() != ""))
    )
    assert joined.to_list() == cells["threat_types"].to_list()


def test_at_level_b_no_cell_is_an_id_or_a_day_of_the_export(store, folders):
    texts = store.guarded_texts()
    ids = {each for each in texts.filter(pl.col("kind") == "id")["value"] if not each.isalpha()}
    assert len(ids) > 50
    days = {dt.date.fromisoformat(day) for day in texts.filter(pl.col("kind") == "day")["value"]}
    for table, rows in tables_in(folders / "B").items():
        Untold(words=frozenset(ids)).require_none(table, rows)
        for column in rows.select(pl.col(pl.Date)).iter_columns():
            assert days.isdisjoint(column.drop_nulls())


def test_what_may_not_be_told_stops_the_file(store, tmp_path):
    member = store.query("member_list")["member_id"][0]
    request = StarRequest(Level.SUPERVISION, CODES)
    with pytest.raises(DisclosureError, match="table 'dim_member' would tell an id") as caught:
        write_star(store, tmp_path / "out", request, Untold(words=frozenset({member})))
    assert member not in str(caught.value).split()
    with pytest.raises(DisclosureError, match="table 'dim_case' would tell"):
        write_workbook(store, tmp_path / "x.xlsx", request, Untold(texts=frozenset({"ongoing"})))
    assert list(tmp_path.iterdir()) == []


def test_cases_are_read_some_at_a_time_and_give_the_same_tables(store, monkeypatch):
    some = store.query("case_list")["case_id"].head(5).to_list()
    request = StarRequest(Level.SNAPSHOT, CODES, Selection(cases=some))
    at_once = dict(star_tables(store, request))
    monkeypatch.setattr(star, "CASES_AT_ONCE", 2)
    assert at_once["dim_case"].height == 5
    for table, rows in star_tables(store, request):
        assert rows.equals(at_once[table]), table


def test_a_part_of_a_service_and_a_scope_leave_the_others_out(store):
    cases = store.query("case_list")["case_id"].to_list()
    chosen = StarRequest(Level.SUPERVISION, CODES, Selection(cases=cases[:1]))
    scoped = StarRequest(Level.SUPERVISION, CODES, scope=Scope("own", frozenset(cases[:1])))
    for request in (chosen, scoped):
        seen = {
            case
            for _, rows in star_tables(store, request)
            if "case_id" in rows.columns
            for case in rows["case_id"]
        }
        assert seen == {cases[0]}
    nobody = StarRequest(Level.SUPERVISION, CODES, Selection(cases=["C-none"]))
    with pytest.raises(DisclosureError, match="No case passes these filters"):
        dict(star_tables(store, nobody))


def test_level_c_tells_quarters_and_takes_no_filter(store, tmp_path):
    counts = write_star(store, tmp_path / "out", StarRequest(Level.OUTSIDE, CODES), NOTHING)

    assert list(counts) == ["fact_threats_by_quarter"]
    assert list(tables_in(tmp_path / "out")["fact_threats_by_quarter"].columns) == [
        "quarter_start_date", "threat_type", "threat_count", "case_count"
    ]  # fmt: skip
    one = StarRequest(Level.OUTSIDE, CODES, Selection(families=["F1"]))
    with pytest.raises(SelectionError, match="takes no filter"):
        dict(star_tables(store, one))


def test_a_calendar_holds_every_day_between_the_first_and_the_last():
    days = calendar([dt.date(2026, 1, 4), dt.date(2025, 12, 31)])

    assert days["date"].to_list() == [
        dt.date(2025, 12, 31),
        *(dt.date(2026, 1, day) for day in range(1, 5)),
    ]
    assert days.row(1, named=True) == {
        "date": dt.date(2026, 1, 1), "week_start_date": dt.date(2025, 12, 29), "iso_year": 2026,
        "iso_week": 1, "year": 2026, "quarter": 1, "month": 1, "weekday": 4,
    }  # fmt: skip
    assert calendar([]).height == 0


def test_a_workbook_holds_a_sheet_for_each_table_and_one_of_definitions(store, tmp_path):
    request = StarRequest(Level.SUPERVISION, CODES)
    counts = write_workbook(store, tmp_path / "out.xlsx", request, NOTHING)
    content = (tmp_path / "out.xlsx").read_bytes()
    sheets = pl.read_excel(content, sheet_id=0)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        xml = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]

    assert list(sheets) == ["about", *counts, "definitions"]
    assert set(counts) == {*star.TABLES, *star.MADE}
    columns = {table: rows.columns for table, rows in star_tables(store, request)}
    assert (
        sheets["definitions"]["meaning"].to_list() == star_definitions(columns)["meaning"].to_list()
    )
    assert sheets["dim_case"]["case_id"].to_list() == store.query("case_list")["case_id"].to_list()
    assert not any("<f>" in each for each in xml)
    assert all(re.search(r'<c r="A2"[^>]* t="s"', each) for each in xml[:2])


def test_a_workbook_too_large_to_open_is_refused_in_words(store, tmp_path, monkeypatch):
    monkeypatch.setattr(star_files, "XLSX_CELLS", 10)
    with pytest.raises(FrameError, match="more than 10 cells"):
        write_workbook(store, tmp_path / "x.xlsx", StarRequest(Level.SUPERVISION, CODES), NOTHING)
    assert list(tmp_path.iterdir()) == []


def test_each_signal_has_a_table_of_its_own():
    signals = {name for name, each in query_contracts().items() if each.folder == "signals"}

    assert {f"signal_{name}" for name in signals} <= set(star.TABLES)
    assert max(map(len, star.TABLES)) <= 31
