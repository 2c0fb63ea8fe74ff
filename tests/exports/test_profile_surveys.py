"""Qualtrics and SurveyMonkey: headers of several rows are no responses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import export_files
from dashboard.exports.headers import ROW
from dashboard.exports.profile import profile_named, recognised_files
from dashboard.exports.profiles._grid import plain_spec
from dashboard.exports.reading import read_export
from tests.exports.memory import Memory, lost_rows, read_with, written
from tests.exports.practice import table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def read(profile, content, separator=","):
    text = content if isinstance(content, bytes) else content.encode()
    return read_with(profile, Memory(export__csv=text), "export.csv", separator)


def rows_of(reading, *columns):
    return reading.table.rows.select(columns).rows()


QUALTRICS = [
    ["StartDate", "Status", "Progress", "Finished", "ResponseId", "Q1"],
    ["Start Date", "Response Type", "Progress", "Finished", "Response ID", "A question\nin two"],
    [f'{{"ImportId":"{name}"}}' for name in ("startDate", "status", "progress", "finished")]
    + ['{"ImportId":"_recordId"}', '{"ImportId":"QID1"}'],
    ["2026-02-03 18:02:11", "0", "100", "1", "R_a", "8"],
    ["2026-02-03 18:05:00", "IP Address", "40", "False", "R_b", "7"],
]


def test_three_header_rows_of_qualtrics_are_no_responses():
    reading = read("qualtrics", written(QUALTRICS))
    assert rows_of(reading, ROW, "Q1") == [(4, "8"), (5, "7")]
    assert reading.table.row_count == 2


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_of_qualtrics_is_recognised_with_its_separator(separator):
    text = written(QUALTRICS, separator)
    [found] = recognised_files(Memory(export__csv=text.encode()))
    assert (found.profile, found.settings.get("separator", ",")) == ("qualtrics", separator)
    assert found.reasons == ("row 3 holds an ImportId for each column",)


def test_a_column_that_somebody_added_by_hand_does_not_hide_the_import_ids():
    added = [[*row, "mine"] for row in QUALTRICS]
    reading = read("qualtrics", written(added))
    assert rows_of(reading, ROW, "import:QID1", "mine") == [(4, "8", "mine"), (5, "7", "mine")]


def test_a_question_keeps_its_import_id_when_it_is_renamed():
    renamed = [[*QUALTRICS[0][:5], "Bond"], *QUALTRICS[1:]]
    assert rows_of(read("qualtrics", written(renamed)), "import:QID1") == [("8",), ("7",)]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing():
    text = "\ufeff" + written(QUALTRICS).replace("\n", "\r\n")
    assert rows_of(read("qualtrics", text), "Q1") == [("8",), ("7",)]


def test_a_response_is_complete_when_finished_and_partial_otherwise():
    assert rows_of(read("qualtrics", written(QUALTRICS)), "state:Finished") == [
        ("complete",),
        ("partial",),
    ]


def test_where_finished_is_in_another_language_the_progress_decides():
    rows = [*QUALTRICS[:3], [*QUALTRICS[3][:3], "Wahr", "R_a", "8"]]
    assert rows_of(read("qualtrics", written(rows)), "state:Finished") == [("complete",)]


@pytest.mark.parametrize("status", ["1", "Survey Preview", "Survey Test", "Spam"])
def test_a_preview_is_no_answer_of_a_member(status):
    preview = ["2026-02-03 18:02:11", status, "100", "1", "R_c", "9"]
    reading = read("qualtrics", written([*QUALTRICS, preview]))
    assert reading.table.rows.height == 2
    assert reading.table.row_count == 3
    assert reading.set_aside.select("row_no", "rule").rows() == [(6, "test_response")]


def test_a_preview_is_known_by_its_channel_in_any_language():
    rows = [
        ["ResponseId", "Status", "Finished", "DistributionChannel", "Q1"],
        ["R_a", "Umfragevorschau", "Wahr", "preview", "8"],
        ["R_b", "IP-Adresse", "Wahr", "anonymous", "7"],
    ]
    reading = read("qualtrics", written(rows))
    assert rows_of(reading, "Q1") == [("7",)]
    assert reading.set_aside.select("row_no", "rule").rows() == [(2, "test_response")]


def test_without_the_import_ids_the_texts_of_the_questions_are_still_no_response():
    reading = read("qualtrics", written([*QUALTRICS[:2], *QUALTRICS[3:]]))
    assert rows_of(reading, ROW, "Q1") == [(3, "8"), (4, "7")]


def test_with_the_names_alone_every_other_row_is_a_response():
    reading = read("qualtrics", written([QUALTRICS[0], *QUALTRICS[3:]]))
    assert rows_of(reading, ROW, "Q1") == [(2, "8"), (3, "7")]


def test_a_response_with_an_id_of_the_services_own_is_never_taken_for_a_header():
    first = [*QUALTRICS[3][:4], "X12", "8"]
    listed = Memory(export__csv=written([QUALTRICS[0], first, QUALTRICS[4]]).encode())
    [found] = recognised_files(listed)
    assert found.reasons == ("the header holds names that Qualtrics gives",)
    assert rows_of(read("qualtrics", listed.content("export.csv")), ROW) == [(2,), (3,)]


def test_a_file_of_something_else_is_no_file_of_qualtrics():
    with pytest.raises(SourceError, match=r"export\.csv: row 1 is no header of Qualtrics"):
        read("qualtrics", "a,b\n1,2\n")


def test_one_single_column_is_refused_with_its_likely_separator():
    with pytest.raises(SourceError, match=r"row 1, column 1: .*seems to be the semicolon"):
        read("qualtrics", written(QUALTRICS, ";"))


def test_ragged_responses_are_set_aside_by_their_row(tmp_path):
    text = (EXAMPLES / "qualtrics" / "responses.csv").read_text() + "2026-02-05,only,three\n"
    (tmp_path / "responses.csv").write_text(text)
    export = read_export(tmp_path, mapping=EXAMPLES / "qualtrics" / "mapping.toml")
    assert export.set_aside.select("row_no", "rule").rows() == [
        (4, "test_response"),
        (10, "ragged_row"),
    ]
    [counts] = export.files.select("row_count", "accepted_count", "set_aside_count").rows()
    assert counts == (7, 5, 2)


def test_the_example_of_qualtrics_comes_in():
    folder = EXAMPLES / "qualtrics"
    export = read_export(folder, mapping=folder / "mapping.toml")
    assert table(export, "forms", "form_id", "state") == [
        ("Q1-1-mother-srs", "complete"),
        ("Q1-1-son-srs", "complete"),
        ("Q1-2-mother-srs", "complete"),
        ("Q1-2-son-srs", "partial"),
        ("Q2-1-father-srs", "complete"),
    ]
    assert export.tables["item_scores"].height == 4 * 4 + 2
    assert export.set_aside.select("row_no", "rule").rows() == [(4, "test_response")]


MONKEY = [
    ["Respondent ID", "Start Date", "Your code", "How <b>was</b> it?", "", "Why?"],
    ["", "", "Open-Ended Response", "Line 1", "Line 2", "Response"],
    ["1", "02/03/2026", "mother", "8", "9", "x"],
    ["2", "02/17/2026", "son", "4", "", ""],
]


def test_two_header_rows_of_surveymonkey_are_no_responses_and_grids_have_names():
    reading = read("surveymonkey", written(MONKEY))
    assert reading.table.columns == [
        "Respondent ID",
        "Start Date",
        "Your code",
        "How was it? | Line 1",
        "How was it? | Line 2",
        "Why?",
    ]
    assert rows_of(reading, ROW, "How was it? | Line 1") == [(3, "8"), (4, "4")]
    assert reading.table.row_count == 2


@pytest.mark.parametrize("name", ["Respondent ID", "RespondentID", "respondent_id"])
def test_a_file_of_surveymonkey_is_recognised_in_every_spelling(name):
    rows = [[name, *MONKEY[0][1:]], *MONKEY[1:]]
    [found] = recognised_files(Memory(export__csv=written(rows, ";").encode()))
    assert (found.profile, found.settings) == ("surveymonkey", {"separator": ";"})


def test_two_questions_of_one_text_are_told_apart_and_noted():
    rows = [["Respondent ID", "How?", "How?"], ["", "Response", "Response"], ["1", "2", "3"]]
    reading = read("surveymonkey", written(rows))
    assert reading.table.columns == ["Respondent ID", "How?", "How? (2)"]
    assert reading.notices["rule"].to_list() == ["column_renamed"]


def test_blank_rows_are_no_responses():
    text = written(MONKEY[:3]) + ",,,,,\n\n" + written(MONKEY[3:])
    reading = read("surveymonkey", text)
    assert rows_of(reading, "Your code") == [("mother",), ("son",)]
    assert reading.table.row_count == 2


def test_a_file_with_one_header_row_of_surveymonkey_loses_no_response():
    reading = read("surveymonkey", written([["Respondent ID", "How?"], ["1", "8"], ["2", "9"]]))
    assert rows_of(reading, "How?") == [("8",), ("9",)]


def test_a_second_header_row_in_another_language_is_no_response():
    rows = [["Befragten-ID", "Wie?", "Linien", ""], ["", "Antwort", "Eins", "Zwei"]]
    reading = read("surveymonkey", written([*rows, ["1", "8", "9", "7"]]))
    assert reading.table.columns == [
        "Befragten-ID",
        "Wie? | Antwort",
        "Linien | Eins",
        "Linien | Zwei",
    ]
    assert reading.table.row_count == 1


def test_a_response_whose_id_was_emptied_is_never_taken_for_a_header():
    rows = [["Respondent ID", "How?"], ["", "8"], ["", "9"]]
    assert rows_of(read("surveymonkey", written(rows)), "How?") == [("8",), ("9",)]


def test_a_file_without_respondents_is_none_of_surveymonkey():
    with pytest.raises(SourceError, match="row 1, column 1 is not 'Respondent ID'"):
        read("surveymonkey", "family,session\nA,1\n")


def test_the_example_of_surveymonkey_comes_in():
    folder = EXAMPLES / "surveymonkey"
    export = read_export(folder, mapping=folder / "mapping.toml")
    assert export.tables["forms"].height == 5
    assert export.tables["item_scores"].height == 4 * 4 + 3
    assert export.set_aside.is_empty()
    days = export.tables["sessions"]["held_on"].dt.to_string("%Y-%m-%d").to_list()
    assert days == ["2026-02-03", "2026-02-17", "2026-02-05"]


@pytest.mark.real_data
@pytest.mark.parametrize(("folder", "counts"), [("qualtrics", [1, 1]), ("surveymonkey", [550])])
def test_the_files_nobody_here_wrote_hold_so_many_responses(real_data, folder, counts):
    listed = export_files(real_data / folder)
    found = recognised_files(listed)
    assert [each.profile for each in found] == [folder] * len(counts)
    readings = [
        profile_named(folder).read(listed, each.file, plain_spec(each.file, TextForm()), None)
        for each in found
    ]
    assert [each.table.rows.height for each in readings] == counts
    assert all(len(each.table.columns) > 10 for each in readings)


CELLS = st.text(max_size=8).filter(lambda text: "\0" not in text)
HEADERS = {"qualtrics": QUALTRICS[:3], "surveymonkey": MONKEY[:2]}


@pytest.mark.parametrize("profile", sorted(HEADERS))
@given(rows=st.lists(st.lists(CELLS, min_size=5, max_size=7), max_size=5))
def test_every_record_is_a_row_or_set_aside_whatever_its_cells(profile, rows):
    text = written([*HEADERS[profile], *rows]).encode("utf-8", "surrogatepass")
    try:
        reading = read(profile, text)
    except (SourceError, PendingSource):
        return
    assert lost_rows(reading) == 0


@pytest.mark.parametrize("profile", sorted(HEADERS))
@given(rows=st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_any_table_is_recognised_or_not_and_read_or_refused_in_words(profile, rows):
    listed = Memory(export__csv=written(rows).encode("utf-8", "surrogatepass"))
    assert all(each.file == "export.csv" for each in recognised_files(listed))
    try:
        reading = read(profile, listed.content("export.csv"))
    except (SourceError, PendingSource) as refusal:
        said = str(refusal)
    else:
        said = f"export.csv: {reading.table.row_count - reading.table.rows.height} ragged"
    assert said.startswith("export.csv")
