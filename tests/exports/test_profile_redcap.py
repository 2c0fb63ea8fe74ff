"""REDCap: events in their order, parents carried down, codes whether exported or labelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.headers import ROW
from dashboard.exports.profile import recognised_files
from dashboard.exports.reading import read_export
from tests.exports.memory import Memory, lost_rows, read_with, written
from tests.exports.practice import table

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "redcap"
HEAD = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,'
    "Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max"
)
FIELDS = [
    HEAD,
    "rec,intake,,text,Record ID,,,,,",
    'role,intake,,radio,Place,"1, Parent | 2, Young person, or child",,,,',
    'help,intake,,checkbox,Help,"1, Friends | 2, School | 2a, Other",,,,',
    "bond,visit,,text,Line 1,,,number_comma_decimal,0,10",
    "well,visit,,yesno,Went well,,,,,",
]
DICTIONARY = "\n".join(FIELDS) + "\n"
EVENTS = (
    "event_name,arm_num,unique_event_name\n"
    "Start,1,start_arm_1\nWeek two,1,week_two_arm_1\nEnd,1,end_arm_1\nStart,2,start_arm_2\n"
)
NAMES = ["rec", "role", "help___1", "help___2", "help___2a", "intake_complete"]
NAMES += ["bond", "well", "visit_complete"]
LABELS = ["Record ID", "Place", "Help (choice=Friends)", "Help (choice=School)"]
LABELS += ["Help (choice=Other)", "Complete?", "Line 1", "Went well", "Complete?"]
CODED = ["A", "2", "1", "0", "1", "2", "7,5", "1", "0"]
LABELLED = ["A", "Young person, or child", "Checked", "Unchecked", "Checked", "Complete"]
LABELLED += ["7,5", "Yes", "Incomplete"]


def read(rows, dictionary=DICTIONARY, events=None, separator=",", **spec):
    files = {"data__csv": written(rows, separator).encode()}
    files |= {"fields__csv": dictionary.encode()} if dictionary else {}
    files |= {"order__csv": events.encode()} if events else {}
    return read_with("redcap", Memory(**files), "data.csv", separator, **spec)


def rows_of(reading, *columns):
    return reading.table.rows.select(columns).rows()


def test_the_example_comes_in_with_the_parent_rows_as_families_and_not_as_sessions():
    export = read_export(EXAMPLE, mapping=EXAMPLE / "mapping.toml")
    assert export.set_aside.is_empty()
    assert table(export, "families", "family_id") == [("R1",), ("R2",), ("R3",)]
    assert table(export, "sessions", "session_id", "lead_therapist_id") == [
        ("R1-1", "T01"),
        ("R1-2", "T01"),
        ("R1-3", "T01"),
        ("R2-1", "T02"),
    ]
    assert table(export, "therapists", "therapist_id", "group_id") == [
        ("T01", "north"),
        ("T02", "south"),
    ]
    assert table(export, "forms", "form_id", "state") == [
        ("R1-1-mother-srs", "complete"),
        ("R1-1-son-srs", "complete"),
        ("R1-2-mother-srs", "complete"),
        ("R1-2-son-srs", "partial"),
        ("R2-1-father-srs", "complete"),
    ]
    assert export.tables["item_scores"].height == 4 * 4 + 2


@pytest.mark.parametrize(("head", "row"), [(NAMES, CODED), (LABELS, LABELLED)])
def test_an_export_with_labels_is_read_as_one_with_codes(head, row):
    reading = read([head, row])
    assert rows_of(reading, *NAMES) == [("A", "2", "1", "0", "1", "2", "7.5", "1", "0")]
    made = ("label:role", "ticked:help___1", "ticked:help___2", "ticked:help___2a")
    assert rows_of(reading, *made) == [("Young person, or child", "1", None, "2a")]
    assert reading.set_aside.is_empty()


def test_labels_of_cells_under_names_of_variables_are_understood_too():
    reading = read([NAMES, LABELLED])
    assert rows_of(reading, "role", "help___1", "well") == [("2", "1", "1")]


def test_a_form_is_complete_partial_or_none_by_its_state_and_its_answers():
    reading = read(
        [
            NAMES,
            ["A", "1", "0", "0", "0", "2", "7", "", "0"],
            ["B", "", "0", "0", "0", "0", "", "", "0"],
            ["C", "", "0", "1", "0", "0", "", "", "1"],
        ]
    )
    states = rows_of(reading, "state:intake_complete", "state:visit_complete")
    assert states == [("complete", "partial"), (None, None), ("partial", "complete")]
    assert reading.notices["rule"].to_list() == ["unverified_form"]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("role", "3", "code_not_in_dictionary"),
        ("bond", "10,5", "outside_dictionary_range"),
        ("bond", "-1", "outside_dictionary_range"),
        ("help___2", "maybe", "not_a_checkbox"),
        ("visit_complete", "7", "not_a_form_state"),
        ("well", "perhaps", "code_not_in_dictionary"),
    ],
)
def test_a_cell_that_its_field_cannot_hold_is_set_aside_by_row_and_column(column, cell, rule):
    row = list(CODED)
    row[NAMES.index(column)] = cell
    reading = read([NAMES, CODED, row])
    assert reading.set_aside.select("file", "row_no", "column_name", "rule").rows() == [
        ("data.csv", 3, column, rule)
    ]
    assert reading.table.rows[column].to_list()[1] is None
    assert not reading.set_aside["mend"].str.contains(cell, literal=True).any()


def test_words_that_mean_no_value_are_no_fault():
    row = [*CODED[:6], "-99", *CODED[7:]]
    assert read([NAMES, row], missing=("-99",)).set_aside.is_empty()


REPEATS = ["rec", "redcap_repeat_instrument", "redcap_repeat_instance", *NAMES[1:]]


def test_fields_of_the_parent_row_are_carried_down_and_its_state_is_not():
    reading = read(
        [
            REPEATS,
            ["A", "", "", "2", "1", "0", "0", "2", "", "", ""],
            ["A", "visit", "1", "", "", "", "", "", "7", "1", "2"],
            ["A", "visit", "2", "", "0", "0", "0", "", "8", "", "2"],
            ["B", "visit", "1", "", "", "", "", "", "5", "", "2"],
        ]
    )
    found = rows_of(reading, "redcap:row", "role", "help___1", "intake_complete", "bond")
    assert found == [
        ("parent", "2", "1", "2", None),
        ("repeat", "2", "1", None, "7"),
        ("repeat", "2", "1", None, "8"),
        ("repeat", None, None, None, "5"),
    ]
    assert rows_of(reading, "state:intake_complete")[1:] == [(None,)] * 3
    assert rows_of(reading, "label:role")[1] == ("Young person, or child",)


def test_an_answer_of_one_event_is_never_carried_to_another():
    head = ["rec", "redcap_event_name", *REPEATS[1:]]
    reading = read(
        [
            head,
            ["A", "start_arm_1", "", "", "1", *[""] * 7],
            ["A", "end_arm_1", "", "", "2", *[""] * 7],
            ["A", "end_arm_1", "visit", "1", *[""] * 5, "7", "", "2"],
        ],
        events=EVENTS,
    )
    found = rows_of(reading, "redcap:row", "role", "redcap:event_order")
    assert found == [("single", "1", "1"), ("parent", "2", "3"), ("repeat", "2", "3")]


def test_what_holds_for_the_whole_record_is_carried_where_the_mapping_says_so():
    head = ["rec", "redcap_event_name", *NAMES[1:]]
    rows = [["A", "start_arm_1", "2", *[""] * 7], ["A", "end_arm_1", "", *[""] * 4, "7", "", ""]]
    reading = read([head, *rows], events=EVENTS, options={"carry": ("role",)})
    assert rows_of(reading, "role", "bond") == [("2", None), ("2", "7")]
    assert rows_of(read([head, *rows], events=EVENTS), "role") == [("2",), (None,)]


@pytest.mark.parametrize(
    "words",
    [
        ("week_two_arm_1", "end_arm_1", "start_arm_1", "start_arm_2"),
        ("Week two", "End", "Start (Arm 1: Drug A)", "Start (Arm 2: Drug B)"),
    ],
)
def test_events_stand_in_the_order_of_the_event_file_and_not_of_the_alphabet(words):
    rows = [["rec", "redcap_event_name", *NAMES[1:]]]
    rows += [["A", word, *CODED[1:]] for word in words]
    reading = read(rows, events=EVENTS)
    assert rows_of(reading, "redcap_event_name", "redcap:event_order", "redcap:event_arm") == [
        ("week_two_arm_1", "2", "1"),
        ("end_arm_1", "3", "1"),
        ("start_arm_1", "1", "1"),
        ("start_arm_2", "1", "2"),
    ]
    assert reading.set_aside.is_empty()


def test_a_label_that_two_arms_share_is_not_guessed():
    rows = [["rec", "redcap_event_name", *NAMES[1:]], ["A", "Start", *CODED[1:]]]
    refused = read(rows, events=EVENTS).set_aside
    assert refused.select("row_no", "column_name", "rule").rows() == [
        (2, "redcap_event_name", "event_not_in_event_file")
    ]


def test_without_an_event_file_the_order_is_unknown_and_can_be_listed():
    rows = [["rec", "redcap_event_name", *NAMES[1:]], ["A", "end_arm_1", *CODED[1:]]]
    reading = read(rows)
    assert "redcap:event_order" not in reading.table.columns
    assert reading.notices["rule"].to_list() == ["event_order_unknown"]
    order = ("start_arm_1", "end_arm_1")
    listed = read(rows, options={"event_order": order})
    assert rows_of(listed, "redcap:event_order") == [("2",)]


def test_an_event_file_without_unique_names_is_completed_as_redcap_does():
    events = "event_name,arm_num,day_offset\nDeadline to opt out of study,2,1\n"
    rows = [["rec", "redcap_event_name", *NAMES[1:]]]
    rows += [["A", "deadline_to_opt_ou_arm_2", *CODED[1:]]]
    assert rows_of(read(rows, events=events), "redcap:event_order") == [("1",)]


def test_without_a_dictionary_forms_are_known_by_the_order_of_columns():
    reading = read([NAMES, ["A", "1", "0", "1", "0", "0", "", "", "0"]], dictionary=None)
    states = ("state:intake_complete", "state:visit_complete", "ticked:help___2")
    assert rows_of(reading, *states) == [("partial", None, "2")]
    assert reading.notices["rule"].to_list() == ["no_data_dictionary"]


def test_labels_without_a_dictionary_keep_their_own_names_and_no_row_is_lost():
    reading = read([LABELS, LABELLED], dictionary=None)
    assert reading.table.columns[0] == "Record ID"
    assert "column_renamed" in reading.notices["rule"].to_list()
    assert lost_rows(reading) == 0


def test_the_dictionary_of_the_api_is_known_too():
    api = (
        "field_name,form_name,section_header,field_type,field_label,"
        "select_choices_or_calculations\nrec,intake,,text,Record ID,\n"
        'role,intake,,radio,Place,"1, Parent | 2, Child"\n'
    )
    reading = read([["rec", "role", "intake_complete"], ["A", "Child", "2"]], dictionary=api)
    assert rows_of(reading, "role", "label:role") == [("2", "Child")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_records_are_recognised_with_their_separator_and_companions(separator):
    rows = [["rec", "redcap_event_name", *NAMES[1:]], ["A", "end_arm_1", *CODED[1:]]]
    listed = Memory(
        records__csv=("\ufeff" + written(rows, separator)).encode(),
        fields__csv=DICTIONARY.encode(),
        order__csv=EVENTS.encode(),
        arms__csv=b"arm_num,name\n1,Drug\n",
    )
    [found] = recognised_files(listed)
    assert (found.profile, found.file) == ("redcap", "records.csv")
    assert found.companions == {"dictionary": "fields.csv", "events": "order.csv"}
    assert found.settings.get("separator", ",") == separator
    reading = read_with("redcap", listed, "records.csv", separator)
    assert rows_of(reading, "rec", "redcap:event_order") == [("A", "3")]
    assert [each.file for each in reading.companions] == ["fields.csv", "order.csv"]


def test_quoted_line_breaks_and_empty_rows_keep_the_row_numbers():
    text = ",".join(NAMES) + '\nA,1,0,0,0,2,"7\n",,0\n,,,,,,,,\nB,2,0,0,0,2,6,,2\n'
    listed = Memory(data__csv=text.encode(), fields__csv=DICTIONARY.encode())
    reading = read_with("redcap", listed, "data.csv")
    assert rows_of(reading, ROW, "rec", "bond") == [(2, "A", "7"), (4, "B", "6")]


def test_a_refused_value_of_a_column_that_nobody_uses_sets_no_row_aside(tmp_path):
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8").replace("north,T01,1,2", "north,T01,1,9")
        (tmp_path / file.name).write_text(text)
    export = read_export(tmp_path, mapping=tmp_path / "mapping.toml")
    assert export.set_aside.is_empty()


def test_a_refused_value_that_the_mapping_uses_is_counted_and_the_rest_stays(tmp_path):
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8").replace("4,5,3.5,4.5,2", "4,50,3.5,4.5,2")
        (tmp_path / file.name).write_text(text)
    export = read_export(tmp_path, mapping=tmp_path / "mapping.toml")
    assert export.set_aside.select("file", "row_no", "column_name", "rule").rows() == [
        ("records.csv", 6, "srs_2", "outside_dictionary_range")
    ]
    [counts] = (
        export.files.filter(export.files["file"] == "records.csv")
        .select("row_count", "accepted_count", "set_aside_count")
        .rows()
    )
    assert counts == (12, 11, 1)
    assert export.tables["item_scores"].height == 4 * 4 + 2 - 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dictionary": ("none.csv",)}, "dictionary: expected 'none.csv'"),
        ({"events": ("fields.csv",)}, "row 1 is not the header of a REDCap events file"),
        ({"carry": ("age",)}, "data.csv has no column 'age'"),
    ],
)
def test_an_option_that_names_what_is_not_there_is_refused(options, message):
    with pytest.raises(SourceError, match=message):
        read([NAMES, CODED], options=options)


def test_two_dictionaries_are_not_chosen_between():
    files = {"a__csv": DICTIONARY.encode(), "b__csv": DICTIONARY.encode()}
    listed = Memory(data__csv=written([NAMES, CODED]).encode(), **files)
    with pytest.raises(SourceError, match="2 files may be the dictionary of data"):
        read_with("redcap", listed, "data.csv")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", ",,\n,,\n"])
def test_a_file_of_something_else_is_no_file_of_redcap(text):
    with pytest.raises(SourceError, match=r"data\.csv: .*row 1"):
        read_with("redcap", Memory(data__csv=text.encode()), "data.csv")


CELLS = st.one_of(st.text(max_size=6), st.sampled_from([*CODED, *LABELLED, *NAMES, "end_arm_1"]))


@given(
    head=st.permutations([*REPEATS[:3], "redcap_event_name", *NAMES[1:]]),
    rows=st.lists(st.lists(CELLS, min_size=11, max_size=13), max_size=5),
    has_companions=st.booleans(),
)
def test_every_record_is_a_row_or_set_aside_whatever_its_cells(head, rows, has_companions):
    files = {"data__csv": written([head, *rows]).encode("utf-8", "surrogatepass")}
    if has_companions:
        files |= {"fields__csv": DICTIONARY.encode(), "order__csv": EVENTS.encode()}
    try:
        reading = read_with("redcap", Memory(**files), "data.csv")
    except (SourceError, PendingSource) as refusal:
        assert "data.csv" in str(refusal)  # noqa: PT017
        return
    assert lost_rows(reading) == 0
    assert reading.table.rows.height <= len(rows)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.lists(st.lists(CELLS), max_size=3))
def test_any_companion_is_understood_or_refused_in_words(fields, events):
    head = DICTIONARY.splitlines()[0] + "\n"
    files = {
        "data__csv": written([REPEATS, ["A", "visit", "1", *CODED[1:]]]).encode(),
        "fields__csv": (head + written(fields)).encode("utf-8", "surrogatepass"),
        "order__csv": ("event_name,arm_num\n" + written(events)).encode("utf-8", "surrogatepass"),
    }
    try:
        reading = read_with("redcap", Memory(**files), "data.csv")
    except (SourceError, PendingSource):
        return
    assert reading.table.row_count == 1
