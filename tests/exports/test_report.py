"""What ``alliance check`` says of an export, in sentences, JSON and CSV."""

from __future__ import annotations

import json

import polars as pl

from dashboard.exports.reading import read_export
from dashboard.exports.report import following_rows, report_csv, report_json, report_text
from tests.exports.support import SOUND, corrupt_export, export_with


def test_a_sound_export_is_reported_file_by_file():
    text = report_text(read_export(SOUND))
    assert text.startswith("52 rows read: 52 accepted, 0 set aside.\n\nFiles\n")
    assert "  sessions.csv: 4 rows = 4 accepted + 0 set aside\n" in text
    assert "Set aside\n" not in text


def test_rows_set_aside_are_told_by_reason_with_their_row_numbers(tmp_path):
    text = report_text(read_export(corrupt_export("seven_on_wai_sr", tmp_path / "export")))
    assert (
        "  item_scores.csv, column 'value' [wrong_instrument] rows 18, 22\n"
        "    Items of WAI-SR go from 1 to 5; such a value fits WAI-S or WAI-O short. Name the "
        "instrument that was really used.\n"
    ) in text
    assert "Accepted, worth knowing\n  forms.csv, column 'state' [items_incomplete] row 4\n" in text


def test_many_rows_of_one_reason_are_counted_and_the_first_named(tmp_path):
    families = "family_id,label\n" + "".join(f"F {number},\n" for number in range(20))
    text = report_text(read_export(export_with(tmp_path / "export", families=families)))
    assert "[id_pattern] rows 2, 3, 4, 5, 6, 7, 8, 9 and 12 more" in text


def test_notices_about_a_whole_file_have_no_row(tmp_path):
    source = export_with(tmp_path / "export", families="family_id,hue\nF1,\nF2,\n")
    assert "  families.csv, column 'hue' [unknown_column]\n" in report_text(read_export(source))


def test_the_machine_reads_every_row_and_every_count(tmp_path):
    export = read_export(corrupt_export("duplicate", tmp_path / "export"))
    told = json.loads(report_json(export))
    assert told["row_count"] == told["accepted_count"] + told["set_aside_count"]
    assert told["set_aside_count"] == len(told["set_aside"]) == export.set_aside.height
    assert told["set_aside"][0] == export.set_aside.row(0, named=True)
    assert told["content_hash"] == export.content_hash
    assert told["tables"]["sessions"] == export.tables["sessions"].height


def test_the_spreadsheet_lists_one_line_for_each_row_set_aside(tmp_path):
    export = read_export(corrupt_export("bad_enum", tmp_path / "export"))
    lines = report_csv(export).splitlines()
    assert lines[0] == "file,row_no,table_name,column_name,rule,mend"
    assert len(lines) == 1 + export.set_aside.height


def test_rows_that_follow_others_are_counted_as_the_file_has_them():
    drawn = [
        ("sheet.csv", 3, "members", "word_not_in_map"),
        ("sheet.csv", 3, "forms", "reference_set_aside"),
        ("sheet.csv", 4, "forms", "reference_set_aside"),
        ("sheet.csv", 4, "item_scores", "reference_set_aside"),
        ("sheet.csv", 4, "item_scores", "reference_set_aside"),
        ("other.csv", 4, "forms", "reference_set_aside"),
    ]
    columns = ["file", "row_no", "table_name", "rule"]
    rows = pl.DataFrame(drawn, schema=columns, orient="row")

    assert following_rows(rows).rows() == [("sheet.csv", 4), ("other.csv", 4)]
    assert following_rows(rows.clear()).is_empty()
