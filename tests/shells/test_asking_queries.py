"""Rows of named queries: parameters as text, forms of output, files for their owner only."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dashboard.shells import querying
from dashboard.store import query_contracts


def test_without_a_name_every_query_is_listed_with_what_it_takes_and_tells(alliance):
    ran = alliance("query")
    lines = ran.out.splitlines()
    asked = {name for name, item in query_contracts().items() if item.folder != "publish"}
    assert lines[0].split() == ["query", "takes", "tells"]
    assert {line.split()[0] for line in lines[2:]} == asked
    assert "therapist_ids" in next(line for line in lines if line.startswith("case_list"))


def test_a_store_folder_is_asked_as_it_is(alliance, sound, tmp_path):
    alliance("import", sound, "--store", tmp_path / "store")
    ran = alliance("query", "case_list", tmp_path / "store", "--format", "json")
    assert [row["family_id"] for row in json.loads(ran.out)] == ["F-101", "F-102", "F-103", "F-104"]


def test_days_and_lists_are_read_from_text(alliance, sound):
    ran = alliance(
        *["query", "alliance_cells", sound, "--format", "json"],
        *["--param", "case_ids=C-104,C-103", "--param", "date_from=2026-11-10"],
        *["--param", "scale=total", "--param", "date_to=2026-11-30"],
    )
    rows = json.loads(ran.out)
    assert {row["held_on"] for row in rows} == {"2026-11-12", "2026-11-16"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["family_id=F-104"], "not declared ['family_id']. Did you mean 'family_ids'"),
        (["name=x", "scope=y"], "not declared ['name', 'scope']"),
        (["date_from=12.5.2026"], "parameter 'date_from' takes DATE"),
        (["therapist_ids"], "--param takes key=value"),
        (["=T03"], "--param takes key=value"),
        (["therapist_ids=T01", "therapist_ids=T02"], "--param therapist_ids is given twice"),
    ],
)
def test_a_wrong_parameter_is_answered_before_the_data_are_opened(
    alliance, given, sentence, tmp_path
):
    parameters = [word for text in given for word in ("--param", text)]
    ran = alliance("query", "case_list", tmp_path / "nothing", *parameters)
    assert ran.code == 2
    assert sentence in ran.sentence


def test_a_required_parameter_is_asked_for(alliance):
    assert "missing ['instrument_id']" in alliance("query", "form_totals").sentence


def test_rows_set_aside_are_mentioned_beside_the_result(alliance, faulty):
    ran = alliance("query", "case_list", faulty, "--format", "csv")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1 + 4
    assert "26 rows of the export are set aside; alliance check says why." in ran.err


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "CSV"])
def test_the_ending_of_a_file_says_its_form_and_only_its_owner_may_read_it(
    alliance, sound, tmp_path, ending
):
    file = tmp_path / f"threats.{ending}"
    ran = alliance("query", "threat_spans", sound, "--out", file)
    assert (ran.code, ran.out) == (0, "")
    assert f"threats.{ending}: written" in ran.err
    assert file.stat().st_mode & 0o777 == 0o600
    read = getattr(pl, f"read_{ending.lower()}")
    assert read(file)["threat_id"].to_list() == ["H-102-1", "H-104-1", "H-104-2", "H-104-3"]


def test_a_named_form_wins_over_the_ending(alliance, sound, tmp_path):
    alliance("query", "threat_spans", sound, "--out", tmp_path / "t.txt", "--format", "csv")
    assert (tmp_path / "t.txt").read_text().startswith("threat_id,")


def test_another_ending_gets_the_table(alliance, sound, tmp_path):
    alliance("query", "threat_spans", sound, "--out", tmp_path / "t.txt")
    assert (tmp_path / "t.txt").read_text().splitlines()[1].startswith("---")


def test_a_file_in_a_folder_that_is_not_there_is_refused(alliance, sound, tmp_path):
    ran = alliance("query", "threat_spans", sound, "--out", tmp_path / "no" / "t.csv")
    assert ran.code == 2
    assert "t.csv: cannot be written (No such file or directory)" in ran.sentence


def test_a_file_that_is_there_is_replaced_whole(alliance, sound, tmp_path):
    file = tmp_path / "threats.csv"
    file.write_text("old")
    alliance("query", "threat_spans", sound, "--out", file)
    assert file.read_text().startswith("threat_id,")
    assert [path.name for path in tmp_path.iterdir()] == ["threats.csv"]


def test_a_long_table_stops_and_says_how_to_get_the_rest(alliance, sound, monkeypatch):
    monkeypatch.setattr(querying, "SHOWN_ROWS", 3)
    ran = alliance("query", "threat_spans", sound)
    assert len(ran.out.splitlines()) == 2 + 3
    assert "1 more rows; --format csv or --out FILE has all of them." in ran.err


def test_parquet_is_not_written_to_a_terminal(alliance, sound, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    ran = alliance("query", "threat_spans", sound, "--format", "parquet")
    assert ran.code == 2
    assert "name a file with --out FILE" in ran.sentence
