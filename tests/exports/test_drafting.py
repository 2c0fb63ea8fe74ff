"""A drafted mapping can be read as it is, says why it guesses, and leaves the rest to a person."""

from __future__ import annotations

import shutil
from contextlib import suppress

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import AllianceError, MappingError, SourceError
from dashboard.exports.corrections import read_corrections
from dashboard.exports.drafting import draft_mapping
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.reading import read_export
from tests.support.repository import REPOSITORY

SHEET = """\
Family;Role;Session;Session date;Therapist;Relationship;Goals and topics;Approach or method;Overall
F01;Mother;1;2026-01-05;T1;8,5;9;8;9
F01;Father;1;2026-01-05;T1;7;7;6;7
F01;Son;2;2026-01-12;T1;5;4;6;5
F02;Mother;1;2026-01-06;T2;9;8;9;9
"""


def written(tmp_path, name: str, text: str):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def read_by_draft(tmp_path, file):
    draft = draft_mapping(file)
    mapping = tmp_path / "drafted.toml"
    mapping.write_text(draft.text, encoding="utf-8")
    return draft, read_export(file, mapping=mapping)


def test_a_sheet_with_plain_names_is_read_by_its_draft_without_a_correction(tmp_path):
    file = written(tmp_path, "sheet.csv", SHEET)
    draft, export = read_by_draft(tmp_path, file)

    assert export.set_aside.is_empty()
    assert draft.missing == ()
    assert export.tables["members"].select("member_id", "role").rows() == [
        ("F01-Father", "parent"),
        ("F01-Mother", "parent"),
        ("F01-Son", "child"),
        ("F02-Mother", "parent"),
    ]
    assert export.tables["sessions"].height == 3
    assert export.tables["item_scores"].height == 4 * 4
    assert export.tables["item_scores"]["value"].max() == 9.0


def test_the_preview_shows_the_first_rows_as_understood(tmp_path):
    draft = draft_mapping(written(tmp_path, "sheet.csv", SHEET))

    assert draft.tables[0].preview.height == 4
    assert draft.tables[0].preview.columns[0] == "Family"


def test_a_word_that_is_no_role_is_left_to_a_person_and_its_row_set_aside(tmp_path):
    file = written(tmp_path, "sheet.csv", SHEET + "F02;Lodger;1;2026-01-06;T2;9;8;9;9\n")
    draft, export = read_by_draft(tmp_path, file)

    assert [(each.code, each.count) for each in draft.missing] == [("roles", 1)]
    assert "(1)" in draft.missing[0].sentence
    assert draft.missing[0].key == "[map.roles]"
    assert "Lodger" not in draft.text
    assert export.set_aside.filter(pl.col("rule") == "word_not_in_map")["row_no"].to_list() == [6]


def test_sessions_without_a_number_are_counted_by_their_day(tmp_path):
    text = "family_id,date,total\nF1,2026-01-05,30\nF1,2026-02-05,32\n"
    _, export = read_by_draft(tmp_path, written(tmp_path, "days.csv", text))

    assert export.tables["sessions"].select("session_no", "held_on").rows()[1][0] == 2
    assert export.tables["ratings"]["score"].to_list() == [30.0, 32.0]
    assert export.tables["forms"]["components_source"].unique().to_list() == ["total_split"]


def test_numbered_columns_are_offered_as_items_of_a_form_a_person_names(tmp_path):
    names = ",".join(f"wai_{number}" for number in range(1, 13))
    row = ",".join(["3"] * 12)
    text = f"case_id,session,{names}\nC1,1,{row}\n"
    draft = draft_mapping(written(tmp_path, "wai.csv", text))

    assert "'wai_1' to 'wai_12'" in " ".join(draft.guessed)
    assert "instrument" in {each.code for each in draft.missing}
    assert draft.can_be_tried
    assert '"wai_12" = 12' in draft.text


def test_what_is_not_found_is_said(tmp_path):
    draft = draft_mapping(written(tmp_path, "odd.csv", "colour,shape\nred,round\n"))

    assert [each.code for each in draft.missing] == ["family", "session", "member", "score"]
    assert not draft.can_be_tried
    assert "FAMILY_COLUMN" in draft.text


def test_without_a_table_there_is_nothing_to_draft(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()

    with pytest.raises(SourceError):
        draft_mapping(folder)


def test_members_sessions_and_forms_in_files_of_their_own_are_drafted_as_one_export(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    written(folder, "people.csv", "family_id,member,role\nF1,ann,mother\nF1,bo,son\n")
    written(folder, "visits.csv", "family_id,session,date\nF1,1,2026-01-05\nF1,2,2026-01-12\n")
    header = "family_id,session,member,srs_1,srs_2,srs_3,srs_4"
    written(
        folder, "answers.csv", f"{header}\nF1,1,ann,8,8,9,9\nF1,1,bo,5,6,5,4\nF1,2,bo,6,6,6,6\n"
    )
    draft, export = read_by_draft(tmp_path, folder)

    assert draft.missing == ()
    assert export.set_aside.is_empty()
    assert export.tables["members"]["role"].to_list() == ["parent", "child"]
    assert export.tables["sessions"]["held_on"].null_count() == 0
    assert export.tables["forms"].height == 3
    assert export.tables["item_scores"].height == 3 * 4


def test_the_sheets_of_a_workbook_are_drafted_together_and_counted_apart(tmp_path):
    book = tmp_path / "book.xlsx"
    people = [["family", "member", "role"], ["F1", "ann", "mother"], ["F1", "bo", "son"]]
    header = ["family", "session", "member", "srs1", "srs2", "srs3", "srs4"]
    ratings = [header, ["F1", 1, "ann", 8, 7, 8, 8], ["F1", 1, "bo", 8, 7, 8, 99]]
    with xlsxwriter.Workbook(book) as written_book:
        for name, rows in (("People", people), ("Ratings", ratings)):
            sheet = written_book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    _, export = read_by_draft(tmp_path, book)

    counts = export.files.select("file", "row_count", "accepted_count", "set_aside_count").rows()
    assert counts == [("book.xlsx [People]", 2, 2, 0), ("book.xlsx [Ratings]", 2, 1, 1)]
    assert export.set_aside["file"].unique().to_list() == ["book.xlsx [Ratings]"]


def test_a_redcap_export_comes_in_by_its_draft_without_a_correction(tmp_path):
    folder = tmp_path / "export"
    shutil.copytree(REPOSITORY / "docs" / "examples" / "redcap", folder)
    (folder / "mapping.toml").unlink()
    draft, export = read_by_draft(tmp_path, folder)

    assert draft.missing == ()
    assert export.set_aside.is_empty()
    assert export.tables["forms"]["state"].unique().sort().to_list() == ["complete", "partial"]
    assert set(export.tables["members"]["role"]) <= {"parent", "youth", "child"}


def test_words_for_roles_with_spaces_and_accents_stay_different_people(tmp_path):
    text = SHEET.replace("Father", "Step mother").replace("Son", "Stepmother")
    _, export = read_by_draft(tmp_path, written(tmp_path, "sheet.csv", text))

    assert export.set_aside.is_empty()
    assert "F01-Step_20mother" in export.tables["members"]["member_id"]
    assert export.tables["members"].height == 4


def test_members_called_the_same_in_two_families_are_two_people(tmp_path):
    text = "family,member,session,total\nF1,mother,1,30\nF2,mother,1,32\n"
    _, export = read_by_draft(tmp_path, written(tmp_path, "sheet.csv", text))

    assert export.tables["members"]["member_id"].to_list() == ["F1-mother", "F2-mother"]


def test_a_row_without_answers_is_a_session_and_no_form(tmp_path):
    text = SHEET + "F02;Mother;2;2026-01-13;T2;;;;\n"
    _, export = read_by_draft(tmp_path, written(tmp_path, "sheet.csv", text))

    assert export.tables["sessions"].height == 4
    assert export.tables["forms"].height == 4


def test_a_second_header_row_is_found_and_the_names_are_taken_where_they_are_whole(tmp_path):
    lines = SHEET.splitlines()
    words = "code;who;no;day;code;points;points;points;points"
    below = written(tmp_path, "below.csv", "\n".join([lines[0], words, *lines[1:], ""]))
    group = "Person;;Session;;;SRS;;;"
    above = written(tmp_path, "above.csv", "\n".join([group, *lines, ""]))

    for file in (below, above):
        draft, export = read_by_draft(tmp_path, file)
        assert "header of two rows" in " ".join(draft.guessed)
        assert export.set_aside.is_empty()
        assert export.tables["forms"].height == 4


def test_what_a_person_corrects_is_written_into_the_draft(tmp_path):
    text = "kind,who,nr,q,w,e,r\nF1,Lodger,1,8,8,9,9\n"
    file = written(tmp_path, "odd.csv", text)
    kinds = {"kind": "family", "who": "role", "nr": "session_no"}
    items = {"q": "item:1", "w": "item:2", "e": "item:3", "r": "item:4"}
    said = {"columns": {"table": kinds | items}, "roles": {"Lodger": "other"}, "instrument": "srs"}
    draft = draft_mapping(file, read_corrections(said))
    mapping = tmp_path / "said.toml"
    mapping.write_text(draft.text, encoding="utf-8")
    export = read_export(file, mapping=mapping)

    assert draft.missing == ()
    assert export.set_aside.is_empty()
    assert export.tables["members"]["role"].to_list() == ["other"]
    assert export.tables["item_scores"]["value"].to_list() == [8.0, 8.0, 9.0, 9.0]


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"more": {}},
        {"forms": {"table": {"path": "../x"}}},
        {"forms": {"table": {"skip_rows": -1}}},
        {"columns": {"table": {"q": "item:0"}}},
        {"columns": {"table": {"q": "diagnosis"}}},
        {"roles": {"x": "villain"}},
        {"words": {"age": {"x": "old"}}},
        {"words": {"diagnosis": {"x": "yes"}}},
        {"instrument": 3},
    ],
)
def test_corrections_of_another_kind_are_refused(said):
    with pytest.raises(MappingError):
        read_corrections(said)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=12) | (
    st.sampled_from(["family", "{family}", 'ro"le', "Session", "date", "total", "case id"])
)


@given(header=st.lists(CELLS, min_size=1, max_size=5), row=st.lists(CELLS, max_size=5))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_table_is_drafted_or_refused_with_a_reason(tmp_path, header, row):
    def line(cells):
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    cells = (row + [""] * len(header))[: len(header)]
    file = written(tmp_path, "any.csv", f"{line(header)}\n{line(cells)}\n")
    with suppress(AllianceError):
        draft = draft_mapping(file)
        assert list(parse_mapping("draft", draft.text.encode()).files) == ["table"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Client code", "member"),
        ("ClientCode", "member"),
        ("alder", "age"),
        ("Index client", "index"),
        ("Samtale nr", "session_no"),
        ("Therapist name", ""),
        ("Date of birth", ""),
        ("Average", ""),
        ("Session length", ""),
    ],
)
def test_what_a_column_of_a_sheet_is_taken_for_by_words_in_its_name(tmp_path, name, kind):
    text = f"family,session,total,{name}\nF1,1,30,1\n"
    [table] = draft_mapping(written(tmp_path, "sheet.csv", text)).tables

    assert table.guess.kind_of(name)[0] == ("" if kind == "session_no" else kind)


def test_ages_in_years_become_bands_and_another_age_comes_in_next_time(tmp_path):
    text = "family,member,session,total,age\nF1,ann,1,30,17\nF1,bo,1,31,65\n"
    file = written(tmp_path, "sheet.csv", text)
    _, export = read_by_draft(tmp_path, file)
    written(tmp_path, "sheet.csv", text.replace(",17", ",5"))
    later = read_export(file, mapping=tmp_path / "drafted.toml")

    assert export.tables["members"]["age_band"].to_list() == ["13-17", "65+"]
    assert later.tables["members"]["age_band"].to_list() == ["0-5", "65+"]


def test_the_columns_that_qualtrics_numbers_for_itself_are_no_items(tmp_path):
    numbers = range(1, 11)
    own = "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status"
    header = ",".join([*(f"V{number}" for number in numbers), "family", "session", "Q1"])
    texts = f"{own},StartDate,EndDate,Finished,family,session,A line"
    row = "R_1,Set,Anonymous,,,,0,2026-05-19 08:28:09,2026-05-19 08:28:48,1,F1,1,2"
    draft = draft_mapping(written(tmp_path, "old.csv", f"{header}\n{texts}\n{row}\n"))

    assert draft.tables[0].profile == "qualtrics"
    assert draft.tables[0].guess.items == {}
    assert "score" in {each.code for each in draft.missing}
