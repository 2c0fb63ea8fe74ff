"""Files of other systems as workbooks, with a manifest, half copied, or almost of their form."""

from __future__ import annotations

import io
import json
import shutil

import pytest
import xlsxwriter

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.files import sha256
from dashboard.exports.profile import recognised_files
from dashboard.exports.reading import read_export
from tests.exports.memory import Memory, read_with, written
from tests.exports.test_profile_accounts import EXAMPLES, FILES, records_of, tables_of
from tests.exports.test_profile_redcap import DICTIONARY, NAMES, REPEATS
from tests.exports.test_profile_surveys import QUALTRICS


def workbook(rows):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("Export")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                is_number = cell.replace(".", "", 1).isdigit() and len(cell) < 9
                page.write(number, column, float(cell) if is_number else cell)
    return content.getvalue()


@pytest.mark.parametrize("profile", FILES)
def test_a_workbook_makes_the_tables_of_the_text(tmp_path, profile):
    mapping = EXAMPLES / profile / "mapping.toml"
    plain = read_export(EXAMPLES / profile, mapping=mapping)
    shutil.copytree(EXAMPLES / profile, tmp_path, dirs_exist_ok=True)
    name, _ = FILES[profile]
    header, rows = records_of(profile)
    (tmp_path / name).unlink()
    (tmp_path / name).with_suffix(".xlsx").write_bytes(workbook([*header, *rows]))
    text = mapping.read_text(encoding="utf-8").replace('.csv"', '.xlsx"')
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    assert tables_of(read_export(tmp_path)) == tables_of(plain)


@pytest.mark.parametrize("profile", FILES)
def test_a_workbook_is_recognised_and_one_that_is_none_is_not(profile):
    header, rows = records_of(profile)
    [found] = recognised_files(
        Memory(export__xlsx=workbook([*header, *rows]), broken__xlsx=b"PK", empty__csv=b"")
    )
    assert (found.profile, found.file) == (profile, "export.xlsx")


def test_a_number_that_the_workbook_cut_is_set_aside_at_the_name_of_its_column():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet("Export")
        for number, row in enumerate(QUALTRICS[:4]):
            page.write_row(number, 0, row)
        page.write_number(3, 5, 123456789012345678)
    listed = Memory(data__xlsx=content.getvalue())
    reading = read_with("qualtrics", listed, "data.xlsx")
    assert reading.set_aside.select("file", "row_no", "column_name").rows() == [
        ("data.xlsx", 4, "Q1")
    ]
    assert reading.table.rows["Q1"].to_list() == [None]


def test_a_damaged_workbook_is_refused_by_its_name():
    with pytest.raises(SourceError, match=r"data\.xlsx: "):
        read_with("redcap", Memory(data__xlsx=b"PK"), "data.xlsx")


@pytest.mark.parametrize("profile", FILES)
def test_a_manifest_counts_answers_and_no_headers(tmp_path, profile):
    shutil.copytree(EXAMPLES / profile, tmp_path, dirs_exist_ok=True)
    name, _ = FILES[profile]
    content = (tmp_path / name).read_bytes().rstrip(b"\n")
    (tmp_path / name).write_bytes(content)
    _, rows = records_of(profile)
    facts = {"sha256": {name: sha256(content)}, "row_counts": {name: len(rows)}}
    (tmp_path / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    assert read_export(tmp_path).files["row_count"][0] == len(rows)
    facts["row_counts"][name] = len(rows) + 1
    (tmp_path / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(SourceError, match=name.replace(".", r"\.")):
        read_export(tmp_path)


@pytest.mark.parametrize("profile", FILES)
def test_a_file_that_is_still_copied_waits_wherever_it_is_cut(tmp_path, profile):
    name, _ = FILES[profile]
    content = (EXAMPLES / profile / name).read_bytes()
    shutil.copytree(EXAMPLES / profile, tmp_path, dirs_exist_ok=True)
    for length in range(1, len(content), 97):
        (tmp_path / name).write_bytes(content[:length].rstrip(b"\n"))
        with pytest.raises(PendingSource, match="the last line has no line end"):
            read_export(tmp_path)


@pytest.mark.parametrize(
    "cell", ["{not json ImportId", '["ImportId"]', '{"ImportId": null}', '{"Other": 1} ImportId']
)
def test_cells_that_only_look_like_an_import_id_are_none(cell):
    rows = [QUALTRICS[0], QUALTRICS[1], [cell] * 6]
    reading = read_with("qualtrics", Memory(data__csv=written(rows).encode()), "data.csv")
    assert not [name for name in reading.table.columns if name.startswith("import:")]


def test_an_export_of_qualtrics_without_progress_or_status_is_read():
    names = ["StartDate", "EndDate", "RecordedDate", "ResponseId", "Q1"]
    rows = [names, ["a", "b", "c", "d", "R_1"], ["2026-02-03"] * 3 + ["R_1", "8"]]
    reading = read_with("qualtrics", Memory(data__csv=written(rows).encode()), "data.csv")
    assert reading.table.rows.select("Q1", "state:Finished").rows() == [("8", None)]


def test_a_survey_that_was_not_sent_in_has_no_moment():
    rows = [["rec", "visit_timestamp", "bond", "visit_complete"]]
    rows += [["A", "[not completed]", "7", "0"], ["B", "2026-02-03 18:00:00", "7", "2"]]
    reading = read_with("redcap", Memory(data__csv=written(rows).encode()), "data.csv")
    found = reading.table.rows.select("visit_timestamp", "state:visit_complete").rows()
    assert found == [(None, "partial"), ("2026-02-03 18:00:00", "complete")]


def test_rows_without_a_record_share_nothing():
    rows = [REPEATS, ["", "", "", "2", *[""] * 7], ["", "visit", "1", *[""] * 5, "7", "", "2"]]
    files = {"data__csv": written(rows).encode(), "fields__csv": DICTIONARY.encode()}
    reading = read_with("redcap", Memory(**files), "data.csv", options={"carry": ("role",)})
    assert reading.table.rows["role"].to_list() == ["2", None]


def test_checkboxes_without_a_dictionary_are_carried_where_they_are_empty():
    head = ["rec", "redcap_repeat_instrument", "redcap_repeat_instance", "help___1"]
    rows = [[*head, "intake_complete"], ["A", "", "", "1", "2"], ["A", "visit", "1", "0", ""]]
    reading = read_with("redcap", Memory(data__csv=written(rows).encode()), "data.csv")
    assert reading.table.rows["ticked:help___1"].to_list() == ["1", "1"]


def test_a_dictionary_line_without_a_name_and_a_form_without_fields_do_no_harm():
    fields = DICTIONARY + ",,,,,,,,,\nnote,,,descriptive,Only words,,,,,\nfree,,,text,Free,,,,,\n"
    files = {"data__csv": written([NAMES]).encode(), "fields__csv": fields.encode()}
    reading = read_with("redcap", Memory(**files), "data.csv")
    assert reading.table.row_count == 0
