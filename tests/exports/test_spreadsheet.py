"""The one-spreadsheet form of a small practice, recognised by its column names."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.reading import read_export

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "spreadsheet" / "sessions.csv"
PAGE = Path(__file__).parents[2] / "docs" / "spreadsheet.md"


def sheet(folder, *rows, head="family,session,member,role,instrument,item_1,item_2,item_3,item_4"):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "practice.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def test_the_example_of_the_page_comes_in_without_a_mapping():
    export = read_export(EXAMPLE)
    assert export.set_aside.is_empty()
    heights = {name: rows.height for name, rows in export.tables.items() if rows.height}
    assert heights == {
        "therapists": 2,
        "families": 2,
        "cases": 2,
        "case_therapists": 2,
        "members": 5,
        "sessions": 5,
        "attendance": 13,
        "forms": 13,
        "item_scores": 40,
        "threats": 2,
        "strategies": 3,
    }
    states = export.tables["forms"].group_by("state").len().sort("state").rows()
    assert states == [("absent", 1), ("complete", 10), ("declined", 1), ("not_offered", 1)]


def test_the_example_stands_in_the_page_as_it_is():
    assert EXAMPLE.read_text(encoding="utf-8") in PAGE.read_text(encoding="utf-8")


def test_every_column_the_form_knows_is_described_in_the_page():
    from dashboard.exports.profiles import shipped_profiles  # noqa: PLC0415

    [profile] = [each for each in shipped_profiles() if each.name == "spreadsheet.toml"]
    [spec] = profile.files.values()
    page = PAGE.read_text(encoding="utf-8")
    for column in (*spec.needed_columns, *spec.optional_columns):
        assert f"`{column}`" in page


def test_the_needed_columns_alone_are_enough(tmp_path):
    export = read_export(sheet(tmp_path, "F1,1,mother,parent,srs,8,9,8,9"))
    assert export.set_aside.is_empty()
    assert export.tables["cases"]["case_id"].to_list() == ["F1"]
    assert export.tables["members"].row(0) == ("F1-mother", "F1", None, "parent", "unknown", False)
    assert export.tables["sessions"]["held_on"].to_list() == [None]


def test_semicolons_and_decimal_commas_are_recognised(tmp_path):
    head = "family;session;date;member;role;instrument;item_1;item_2;item_3;item_4"
    export = read_export(sheet(tmp_path, "F1;1;25.03.2026;son;youth;SRS;8,5;9;8;9", head=head))
    assert export.set_aside.is_empty()
    assert export.tables["item_scores"]["value"].to_list() == [8.5, 9.0, 8.0, 9.0]
    assert str(export.tables["sessions"]["held_on"].item()) == "2026-03-25"


def test_a_row_without_scores_and_without_a_state_is_no_form(tmp_path):
    export = read_export(sheet(tmp_path, "F1,1,mother,parent,srs,,,,"))
    assert export.tables["members"].height == 1
    assert export.tables["forms"].is_empty()


def test_a_total_alone_is_a_form_without_components(tmp_path):
    head = "family,session,member,role,instrument,total"
    export = read_export(sheet(tmp_path, "F1,1,mother,parent,srs,34.5", head=head))
    assert export.tables["forms"]["components_source"].to_list() == ["subscale_only"]
    assert export.tables["ratings"].rows() == [("F1-1-mother-srs", "total", 34.5)]


def test_what_is_written_once_of_a_case_or_member_counts_for_all_its_rows(tmp_path):
    head = "family,session,member,role,instrument,age_band,ending,item_1,item_2,item_3,item_4"
    export = read_export(
        sheet(
            tmp_path,
            "F1,1,mother,parent,srs,18-64,,8,9,8,9",
            "F1,2,mother,parent,srs,,planned,8,9,8,9",
            "F1,3,mother,parent,srs,,,8,9,8,9",
            head=head,
        )
    )
    assert export.tables["members"]["age_band"].to_list() == ["18-64"]
    assert export.tables["cases"]["ending"].to_list() == ["planned"]
    assert export.notices.is_empty()


def test_a_member_described_in_two_ways_is_taken_as_last_described_and_noted(tmp_path):
    export = read_export(
        sheet(tmp_path, "F1,1,ann,youth,srs,8,9,8,9", "F1,2,ann,sibling,srs,8,9,8,9")
    )
    assert export.tables["members"]["role"].to_list() == ["sibling"]
    assert export.notices.select("row_no", "table_name", "column_name", "rule").rows() == [
        (3, "members", "role", "rows_differ")
    ]


def test_a_cell_that_was_refused_counts_its_row_once_and_the_rest_of_it_is_used(tmp_path):
    export = read_export(
        sheet(tmp_path, "F1,1,ann,youth,srs,8,ten,8,eleven", "F1,1,bea,parent,srs,8,9,8,9")
    )
    assert export.set_aside.select("row_no", "table_name", "column_name", "rule").rows() == [
        (2, "item_scores", "item_2", "not_a_number"),
        (2, "item_scores", "item_4", "not_a_number"),
    ]
    assert export.files.select("row_count", "accepted_count", "set_aside_count").rows() == [
        (2, 1, 1)
    ]
    assert export.tables["forms"].height == 2
    assert export.tables["item_scores"].height == 6


def test_a_role_that_no_row_gives_sets_the_member_aside(tmp_path):
    export = read_export(sheet(tmp_path, "F1,1,ann,,srs,8,9,8,9"))
    first = export.set_aside.filter(pl.col("table_name") == "members")
    assert first.select("row_no", "column_name", "rule").rows() == [
        (2, "role", "required_value_missing")
    ]


def test_a_sheet_with_other_columns_is_no_spreadsheet_of_ours(tmp_path):
    with pytest.raises(SourceError, match="no known form of spreadsheet"):
        read_export(sheet(tmp_path, "1,2", head="a,b"))


def test_two_sheets_are_not_guessed_at(tmp_path):
    sheet(tmp_path, "F1,1,ann,youth,srs,8,9,8,9")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="Describe the files with --mapping"):
        read_export(tmp_path)


HEAD = "family,session,member,role,instrument,item_1,item_2,item_3,item_4\n"
ROW_TEXT = "F1,1,mother,parent,srs,8,9,8,9\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEAD + ROW_TEXT.replace("mother", "m\xe8re"), "line 2 is not utf-8 text"),
        (HEAD.replace("item_2", "item_1") + ROW_TEXT, "columns 6 and 7 have the same name"),
        (HEAD.replace("role", "rolle") + ROW_TEXT, "misses the column 'role'"),
        (HEAD.replace("family", "Family") + ROW_TEXT, "misses the column 'family'"),
        (HEAD.replace(",", ";").replace("role", "rolle") + ROW_TEXT, "misses the column 'role'"),
    ],
)
def test_a_sheet_that_is_nearly_ours_is_refused_for_its_real_reason(content, words, tmp_path):
    file = tmp_path / "practice.csv"
    file.write_bytes(content.encode("cp1252"))
    with pytest.raises(SourceError) as refusal:
        read_export(file)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith("practice.csv")
    assert "Our sheet" not in str(refusal.value)
    assert "rolle" not in str(refusal.value)


def test_a_sheet_whose_last_line_is_not_ended_is_still_being_written(tmp_path):
    file = tmp_path / "practice.csv"
    file.write_text(HEAD + ROW_TEXT.rstrip("\n"), encoding="utf-8")
    with pytest.raises(PendingSource, match="the last line has no line end"):
        read_export(file)


def test_a_sheet_that_has_next_to_nothing_of_ours_is_not_told_what_it_misses(tmp_path):
    file = tmp_path / "practice.csv"
    file.write_text("role,colour\nparent,red\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no known form of spreadsheet"):
        read_export(file)


@pytest.mark.parametrize(("title", "row"), [("Our sheet,,,,,,,,\n", 2), ("Our sheet\n\n", 3)])
def test_titles_above_the_header_are_passed_over_and_shown(title, row, tmp_path):
    file = tmp_path / "practice.csv"
    file.write_text(title + HEAD + ROW_TEXT, encoding="utf-8")
    export = read_export(file)
    assert export.tables["item_scores"]["value"].to_list() == [8, 9, 8, 9]
    [told] = export.notices.filter(pl.col("rule") == "read_as")["message"].to_list()
    assert f"names in row {row}" in told
    assert "Our sheet" not in told
