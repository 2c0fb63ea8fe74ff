"""A longitudinal project of REDCap, where every session is an event, from export to tables."""

from __future__ import annotations

import pytest

from dashboard.errors import SourceError
from dashboard.exports.reading import read_export
from tests.exports.practice import table

LINES = ("srs_line1", "srs_line2", "srs_line3", "srs_line4")
HEAD = ["record_id", "redcap_event_name", "place", "intake_complete", "held", *LINES]
RECORDS = f"""{",".join(HEAD)},srs_complete
A,welcome_arm_1,1,2,,,,,,
A,second_arm_1,,,2026-02-10,7,7,6.5,7,2
A,another_arm_1,,,2026-02-17,8,8,8,7.5,2
B,welcome_arm_1,2,2,,,,,,
B,second_arm_1,,,2026-02-11,5,5,,,0
B,another_arm_1,,,,,,,,0
"""
EVENTS = """event_name,arm_num,unique_event_name
Welcome,1,welcome_arm_1
Second,1,second_arm_1
Another,1,another_arm_1
"""
DICTIONARY = (
    '"Variable / Field Name","Form Name","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels"\n'
    "record_id,intake,text,Code,\n"
    'place,intake,radio,Place,"1, Parent | 2, Child"\n'
    + "".join(f"{name},srs,text,{name},\n" for name in ("held", *LINES))
)
MAPPING = """
format = "alliance-mapping"
version = 1

[[file]]
id = "records"
path = "records.csv"
reader = "redcap"
options = { carry = ["place"] }

[[table.families]]
file = "records"
where = [{ column = "place", filled = true }]
distinct = "identical"
columns.family_id = "record_id"

[[table.cases]]
file = "records"
distinct = "identical"
columns.case_id = "record_id"
columns.family_id = "record_id"
columns.modality = { value = "family" }
columns.referral = { value = "unknown" }
columns.ending = { value = "ongoing" }

[[table.members]]
file = "records"
distinct = "identical"
columns.member_id = "record_id"
columns.family_id = "record_id"
columns.role = { column = "place", map = { 1 = "parent", 2 = "child" } }
columns.age_band = { value = "unknown" }
columns.index_client = { value = true }

[[table.sessions]]
file = "records"
where = [{ column = "state:srs_complete", filled = true }]
columns.session_id = { template = "{record_id}-{redcap_event_name}" }
columns.case_id = "record_id"
columns.session_no = { rank = { by = ["redcap:event_order"], within = ["record_id"] } }
columns.held_on = "held"
columns.status = { value = "held" }

[[table.forms]]
file = "records"
where = [{ column = "state:srs_complete", filled = true }]
columns.form_id = { template = "{record_id}-{redcap_event_name}-srs" }
columns.session_id = { template = "{record_id}-{redcap_event_name}" }
columns.member_id = "record_id"
columns.perspective = { value = "self" }
columns.instrument_id = { value = "srs" }
columns.state = "state:srs_complete"

[[table.item_scores]]
file = "records"
unpivot = { pattern = "srs_line{item_no}", value = "score" }
columns.form_id = { template = "{record_id}-{redcap_event_name}-srs" }
columns.item_no = "item_no"
columns.value = "score"
"""


def project(folder, records=RECORDS, **files):
    texts = {"records.csv": records, "dictionary.csv": DICTIONARY, "events.csv": EVENTS, **files}
    for name, text in texts.items():
        if text is not None:
            (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return folder


def test_sessions_are_numbered_in_the_order_of_the_event_file(tmp_path):
    export = read_export(project(tmp_path))
    assert export.set_aside.is_empty()
    assert sorted(table(export, "sessions", "session_id", "session_no")) == [
        ("A-another_arm_1", 2),
        ("A-second_arm_1", 1),
        ("B-second_arm_1", 1),
    ]


def test_an_event_without_any_answer_is_no_form_and_one_with_some_is_partial(tmp_path):
    export = read_export(project(tmp_path))
    assert sorted(table(export, "forms", "form_id", "state")) == [
        ("A-another_arm_1-srs", "complete"),
        ("A-second_arm_1-srs", "complete"),
        ("B-second_arm_1-srs", "partial"),
    ]
    assert export.tables["item_scores"].height == 4 + 4 + 2


def test_rows_may_stand_in_any_order(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    head, *rows = RECORDS.splitlines()
    turned = "\n".join([head, *reversed(rows)]) + "\n"
    one, other = read_export(project(first)), read_export(project(second, turned))
    assert {name: rows.rows() for name, rows in one.tables.items()} == {
        name: rows.rows() for name, rows in other.tables.items()
    }


def test_without_the_event_file_no_order_is_made_up(tmp_path):
    folder = project(tmp_path)
    (folder / "events.csv").unlink()
    with pytest.raises(SourceError, match=r"no column 'redcap:event_order'"):
        read_export(folder)


def test_an_event_that_the_file_does_not_know_is_set_aside_by_its_row(tmp_path):
    records = RECORDS.replace("A,another_arm_1", "A,further_arm_1")
    found = read_export(project(tmp_path, records)).set_aside
    assert ("records.csv", 4, "redcap_event_name") in found.select(
        "file", "row_no", "column_name"
    ).rows()
    assert set(found["row_no"]) == {4}
