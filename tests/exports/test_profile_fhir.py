"""FHIR QuestionnaireResponses: one row for each response and subject, and a reason for the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import ExportFiles, export_files
from dashboard.exports.profile import profile_named
from dashboard.exports.profiles._grid import plain_spec
from dashboard.exports.reading import read_export
from tests.exports.fhir_forms import (
    ABSENT,
    bundle,
    item,
    lines,
    response,
    scores,
    subject_item,
)

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
PROFILE = profile_named("fhir")


class Bytes(ExportFiles):
    """One file that lies nowhere."""

    def content(self, name):
        return self.paths[name]


def read(content, name="forms.json"):
    listed = Bytes(name=name, folder=None, paths={name: content})
    reading = PROFILE.read(listed, name, plain_spec(name, TextForm()), None)
    rows = reading.table.rows
    aside = set(reading.set_aside.filter(reading.set_aside["column_name"].is_null())["row_no"])
    assert reading.table.row_count == len(set(rows["__row"]) | aside)
    return reading


def rows(content, *columns, name="forms.json"):
    return read(content, name).table.rows.select(columns).rows()


def refusals(content, name="forms.json"):
    return read(content, name).set_aside.select("row_no", "column_name", "rule").rows()


ONE = response("r1", "mother", *scores(8, 9, 7.5, 8))
TWO = response("r2", "son", *scores(3, 4, 5, 6), status="amended")


@pytest.mark.parametrize(
    ("content", "name", "numbers"),
    [
        (json.dumps(ONE).encode(), "one.json", [1]),
        (json.dumps([ONE, TWO]).encode(), "list.json", [1, 2]),
        (bundle(ONE, TWO), "bundle.json", [1, 2]),
        (lines(ONE, TWO), "forms.ndjson", [1, 2]),
        (b"\xef\xbb\xbf" + lines(ONE, TWO), "forms.ndjson", [1, 2]),
        (lines(ONE) + b"\n" + lines(TWO), "forms.ndjson", [1, 3]),
        (json.dumps(ONE, indent=2).encode(), "one.json", [1]),
        (json.dumps(ONE).encode("utf-16"), "one.json", [1]),
    ],
)
def test_one_resource_a_bundle_and_lines_give_the_same_rows(content, name, numbers):
    found = rows(content, "__row", "form", "subject", "item:approach", name=name)
    assert [row[0] for row in found] == numbers
    assert found[0][1:] == ("r1", "mother", "7.5")


def test_subject_is_the_target_source_the_rater_and_encounter_the_session():
    therapist = {"reference": "https://example.org/fhir/Practitioner/T1/_history/2"}
    visit = {
        "resourceType": "Encounter",
        "id": "S1",
        "period": {"start": "2026-03-02T09:00:00+01:00"},
        "episodeOfCare": [{"reference": "EpisodeOfCare/C7"}],
    }
    [found] = read(bundle(visit, {**ONE, "source": therapist})).table.rows.to_dicts()
    assert {name: found[name] for name in ("subject", "subject_type", "source", "source_type")} == {
        "subject": "mother",
        "subject_type": "Patient",
        "source": "T1",
        "source_type": "Practitioner",
    }
    assert (found["encounter"], found["encounter_day"], found["episode"]) == (
        "S1",
        "2026-03-02",
        "C7",
    )
    assert (found["questionnaire_name"], found["questionnaire_version"]) == ("srs", "3")
    assert (found["source_is_subject"], found["authored_day"]) == ("no", "2026-03-02")


@pytest.mark.parametrize("status", ["in-progress", "entered-in-error", "stopped", "", None, 3])
def test_only_completed_and_amended_responses_count(status):
    content = bundle(ONE, {**TWO, "status": status})
    assert rows(content, "form") == [("r1",)]
    assert refusals(content) == [(2, None, "status_not_final")]


def test_a_group_with_a_subject_of_its_own_is_a_row_of_its_own():
    family = response(
        "r1", "mother", item("note", valueString="x"),
        {"linkId": "child", "item": [subject_item("son"), *scores(3, 4, 5, 6)]},
        {"linkId": "child", "item": [*scores(1, 2, 3, 4), subject_item("daughter")]},
    )  # fmt: skip
    found = rows(bundle(family), "__row", "form", "subject", "response_subject", "item:goals")
    assert found == [
        (1, "r1.1", "mother", "mother", None),
        (1, "r1.2", "son", "mother", "4"),
        (1, "r1.3", "daughter", "mother", "2"),
    ]


def test_brothers_and_sisters_with_one_reference_are_kept_apart_and_told():
    family = response(
        "r1", "mother",
        {"linkId": "child", "item": [subject_item("child"), item("goals", valueDecimal=4)]},
        {"linkId": "child", "item": [subject_item("child"), item("goals", valueDecimal=9)]},
    )  # fmt: skip
    reading = read(bundle(family))
    assert reading.table.rows.select("subject", "item:goals").rows() == [
        ("child.1", "4"),
        ("child.2", "9"),
    ]
    assert reading.notices.select("row_no", "rule").rows() == [(1, "subject_twice")]


def test_a_group_that_names_two_subjects_is_set_aside_whole():
    family = response("r1", "mother", {"item": [subject_item("a"), subject_item("b")]})
    assert refusals(bundle(family)) == [(1, None, "two_subjects_in_a_group")]


def test_whom_nobody_names_nothing_is_said_about():
    anonymous = {key: value for key, value in ONE.items() if key != "subject"}
    assert refusals(bundle(anonymous)) == [(1, None, "no_subject")]
    family = response(
        "r1", "mother", *scores(1, 2, 3, 4), {"item": [{**subject_item("x"), "answer": []}]}
    )
    assert rows(bundle(family), "subject") == [("mother",)]
    assert refusals(bundle(family)) == [(1, None, "no_subject")]


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        ({"valueInteger": 7}, {"item:q": "7"}),
        ({"valueDecimal": 7.50}, {"item:q": "7.5"}),
        ({"valueBoolean": False}, {"item:q": "false"}),
        ({"valueString": " 0042 "}, {"item:q": "0042"}),
        ({"valueDate": "2026-03"}, {"item:q": "2026-03"}),
        ({"valueQuantity": {"value": 42.3, "code": "kg"}}, {"item:q": "42.3", "display:q": "kg"}),
        ({"valueQuantity": {"value": 1, "unit": "pt"}}, {"item:q": "1", "display:q": "pt"}),
        (
            {"valueCoding": {"code": "LA1", "display": "Oftmals"}},
            {"item:q": "LA1", "display:q": "Oftmals"},
        ),
        ({"valueCoding": {"display": "Oftmals"}}, {"item:q": "Oftmals"}),
        ({"valueReference": {"reference": "Patient/9"}}, {"item:q": "9"}),
        ({"valueReference": {"identifier": {"value": "007"}}}, {"item:q": "007"}),
        (
            {"valueCoding": {"code": "a", "extension": [{"url": ORDINAL, "valueDecimal": 2}]}},
            {"item:q": "a", "weight:q": "2"},
        ),
        (
            {"_valueInteger": {"extension": [{"url": ABSENT, "valueCode": "asked-declined"}]}},
            {"item:q": None, "missing:q": "asked-declined"},
        ),
    ],
)  # fmt: skip
def test_every_kind_of_answer_becomes_a_text(value, columns):
    [found] = read(bundle(response("r1", "son", item("q", **value)))).table.rows.to_dicts()
    assert {name: found[name] for name in columns} == columns


def test_items_within_groups_and_within_answers_are_found():
    inner = {"linkId": "a", "answer": [{"valueInteger": 1, "item": [item("b", valueInteger=2)]}]}
    nested = response("r1", "son", {"linkId": "g", "item": [{"linkId": "h", "item": [inner]}]})
    assert rows(bundle(nested), "item:a", "item:b") == [("1", "2")]


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ([{"valueInteger": 1}, {"valueInteger": 2}], "several_answers"),
        ([{"valueQuantity": {"value": 5, "comparator": "<"}}], "not_an_exact_value"),
        ([{"valueAttachment": {"url": "x"}}], "value_of_no_use"),
    ],
)
def test_an_answer_that_cannot_be_chosen_is_set_aside_with_its_item(answers, rule):
    content = bundle(response("r1", "son", {"linkId": "q", "answer": answers}))
    assert refusals(content) == [(1, "item:q", rule)]
    assert rows(content, "item:q") == [(None,)]


def test_the_newest_version_of_a_response_counts():
    old = {**ONE, "meta": {"versionId": "1", "lastUpdated": "2026-03-02T10:00:00Z"}}
    new = {**ONE, "meta": {"versionId": "2", "lastUpdated": "2026-03-02T12:30:00+02:00"}}
    wrong = {**new, "status": "entered-in-error"}
    assert refusals(bundle(new, old)) == [(2, None, "older_version")]
    assert refusals(bundle(wrong, old)) == [
        (1, None, "status_not_final"),
        (2, None, "older_version"),
    ]
    assert refusals(bundle(ONE, ONE)) == [(2, None, "repeated_response")]
    both = [(1, None, "same_id_twice"), (2, None, "same_id_twice")]
    assert refusals(bundle(ONE, {**ONE, "authored": "2026-03-03"})) == both
    assert refusals(bundle(old, {**ONE, "meta": {"versionId": "two"}})) == both


def test_a_uuid_fits_an_id_and_a_longer_one_gets_a_form_of_its_own():
    uuid = "1B4DB7EB-4057-5DDF-91E0-36DEC72071F5"
    person = {"reference": f"urn:uuid:{uuid}"}
    [found] = read(bundle({**ONE, "id": uuid.lower(), "subject": person})).table.rows.to_dicts()
    assert found["form"] == found["subject"] == "1b4db7eb40575ddf91e036dec72071f5"
    [long] = rows(bundle({**ONE, "id": "x" * 64}), "form")
    assert len(long[0]) <= 32
    assert rows(bundle({**ONE, "id": None}), "form") == rows(bundle({**ONE, "id": None}), "form")


def test_an_address_within_a_bundle_is_the_resource_it_stands_for():
    entries = [
        {"fullUrl": "urn:uuid:8", "resource": {"resourceType": "Patient", "id": "P8"}},
        {"resource": {**ONE, "subject": {"reference": "urn:uuid:8"}}},
    ]
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    assert rows(content, "subject", "subject_type") == [("P8", "Patient")]
    assert read(content).notices["message"].to_list() == [
        "Resources that are no response were not counted: 1 Patient."
    ]


def test_a_contained_subject_is_known_by_its_identifier_or_told_to_be_a_stranger():
    inside = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "P-77"}]}
    known = {**ONE, "subject": {"reference": "#p"}, "contained": [inside]}
    assert rows(bundle(known), "subject") == [("P-77",)]
    stranger = {**known, "contained": [{"resourceType": "Patient", "id": "p"}]}
    reading = read(bundle(stranger))
    assert reading.notices.select("row_no", "rule").rows() == [(1, "contained_subject")]
    assert refusals(bundle({**known, "contained": []})) == [(1, None, "no_subject")]


def test_a_response_without_encounter_comes_in_and_is_told():
    content = bundle({key: value for key, value in ONE.items() if key != "encounter"})
    assert rows(content, "encounter", "authored_day") == [(None, "2026-03-02")]
    assert read(content).notices["rule"].to_list() == ["no_encounter"]


def test_lines_that_hold_no_resource_are_set_aside_by_their_number():
    content = lines(ONE) + b'{"broken\n[]\n{"a": 1}\n' + lines(TWO)
    assert refusals(content, "forms.ndjson") == [
        (2, None, "not_json"),
        (3, None, "not_a_resource"),
        (4, None, "not_a_resource"),
    ]
    assert rows(content, "__row", name="forms.ndjson") == [(1,), (5,)]


def test_items_nested_beyond_reading_are_set_aside():
    nested = item("q", valueInteger=1)
    for _ in range(60):
        nested = {"item": [nested]}
    assert refusals(bundle(response("r1", "son", nested), TWO)) == [(1, None, "nested_too_deeply")]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", SourceError, "the file is empty"),
        (b"\n \n", SourceError, "blank lines only"),
        (b'{"a": 1}', SourceError, "begins no FHIR resource"),
        (b"[1, 2]", SourceError, "begins no FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": [', PendingSource, "line 1, column 38"),
        (b'{"resourceType": "Bun', PendingSource, "the file is not whole"),
        (b'{"resourceType" "Bundle", "entry": []}', SourceError, "line 1, column 17"),
        (b'{"resourceType": NaN}', SourceError, "NaN"),
        (b"[" * 100_000, SourceError, "nested too deeply"),
        (b'{"resourceType": "\xe9"}', SourceError, "line 1 is not utf-8"),
        (lines(ONE) + lines(TWO)[:-20], PendingSource, "line 2, the last one, is not whole"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(content, kind, words):
    with pytest.raises(kind) as refusal:
        read(content)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith("forms.json: ")


@pytest.mark.real_data
def test_three_members_come_out_of_the_one_response_of_a_family(real_data):
    name = "questionnaireresponse-sdc-profile-example-multi-subject.json"
    listed = export_files(real_data / "fhir" / name)
    assert [found.profile for found in PROFILE.recognise(listed)] == ["fhir"]
    reading = PROFILE.read(listed, name, plain_spec(name, TextForm()), None)
    assert reading.table.rows["subject"].to_list() == ["12345", "123456.1", "123456.2"]
    assert "subject_twice" in reading.notices["rule"].to_list()
    assert reading.set_aside.is_empty()


def test_the_worked_example_comes_in_as_its_page_says():
    export = read_export(EXAMPLES / "fhir")
    assert export.set_aside.select("file", "row_no", "rule").rows() == [
        ("responses.ndjson", 6, "status_not_final")
    ]
    forms = export.tables["forms"].select("form_id", "session_id", "member_id", "collected")
    assert forms.rows() == [
        ("Q1.1", "V1", "M1", None),
        ("Q1.2", "V1", "K1", "proxy"),
        ("Q1.3", "V1", "K2", "proxy"),
        ("Q2.1", "V2", "M1", None),
        ("Q2.2", "V2", "K1", "proxy"),
        ("Q4", "V3", "F1", None),
    ]
    assert export.tables["item_scores"].height == 4 + 4 + 4 + 4 + 4 + 3


def test_days_stand_for_sessions_where_no_encounter_is_named(tmp_path):
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / "fhir", source)
    text = (source / "responses.ndjson").read_text(encoding="utf-8")
    (source / "responses.ndjson").write_text(text.replace('"encounter"', '"was"'), encoding="utf-8")
    mapping = (source / "mapping.toml").read_text(encoding="utf-8")
    mapping = mapping.replace(
        'reader = "fhir"',
        'reader = "fhir"\nfill_from = { encounter = "authored_day", '
        'encounter_day = "authored_day", episode = "response_subject" }',
    )
    (source / "mapping.toml").write_text(mapping, encoding="utf-8")
    sessions = read_export(source).tables["sessions"].select("case_id", "session_no", "held_on")
    assert [(case, number, str(day)) for case, number, day in sessions.rows()] == [
        ("M1", 1, "2026-02-02"),
        ("F1", 1, "2026-02-03"),
        ("M1", 2, "2026-02-16"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("resourceType", "id", "status", "subject", "reference", "item", "linkId"),
                    *("answer", "valueCoding", "valueDecimal", "extension", "url", "entry", "meta"),
                    *("resource", "contained", "encounter", "code", "value", "identifier"),
                ]
            ),
            inner | st.sampled_from(["QuestionnaireResponse", "Bundle", "completed", "Patient/1"]),
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_is_rows_or_a_reason(value):
    for content in (
        json.dumps(value).encode(),
        json.dumps({**ONE, "item": value, "subject": value}).encode(),
        bundle({**ONE, "item": [{"linkId": "a", "answer": value, "item": value}]}),
    ):
        try:
            assert read(content).table.rows.width
        except (SourceError, PendingSource) as reason:
            found = str(reason)
        else:
            found = "forms.json"
        assert found.startswith("forms.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_reason(content):
    with pytest.raises((SourceError, PendingSource), match=r"^forms\.json"):
        read(content)
