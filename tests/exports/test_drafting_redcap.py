"""A REDCap project with names of its own is drafted by those names and by its dictionary."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.exports.corrections import read_corrections
from dashboard.exports.drafting import draft_mapping
from dashboard.exports.guessing import SITES_DIFFER
from dashboard.exports.reading import read_export
from tests.exports.test_drafting import read_by_draft, written

DICTIONARY = """\
Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"
fam_id,intake,text,Code of the family,
ther_code,intake,text,Code of the therapist,
way,intake,radio,How the family came,"1, Mandated | 2, By the school"
mem_code,people,text,Code of the member,
mem_role,people,dropdown,Place in the family,"1, Parent | 2, Young person"
mem_age,people,text,Age,
mem_index,people,yesno,The case was opened for this member,
sess_nr,srs_form,text,Number of the session,
sess_date,srs_form,text,Day of the session,
by_whom,srs_form,text,Code of the member who rates,
sr_rel,srs_form,text,Line 1,
sr_goal,srs_form,text,Line 2,
sr_appr,srs_form,text,Line 3,
sr_all,srs_form,text,Line 4,
"""
RECORDS = """\
fam_id,redcap_repeat_instrument,redcap_repeat_instance,redcap_data_access_group,ther_code,way,\
intake_complete,mem_code,mem_role,mem_age,mem_index,people_complete,sess_nr,sess_date,by_whom,\
sr_rel,sr_goal,sr_appr,sr_all,srs_form_complete
001,,,north,T1,2,2,,,,,,,,,,,,,
001,people,1,north,,,,mo,1,41,0,2,,,,,,,,
001,people,2,north,,,,yo,2,15,1,2,,,,,,,,
001,srs_form,1,north,,,,,,,,,1,2026-05-19,mo,6.0,5.5,7.0,5.5,2
001,srs_form,2,north,,,,,,,,,1,2026-05-19,yo,5.5,7.0,9.5,,0
"""


@pytest.fixture
def redcap_project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    written(folder, "dictionary.csv", DICTIONARY)
    written(folder, "records.csv", RECORDS)
    return folder


def test_a_redcap_project_with_names_of_its_own_is_guessed_by_names_and_dictionary(
    tmp_path, redcap_project
):
    draft, export = read_by_draft(tmp_path, redcap_project)
    guess = draft.tables[0].guess

    assert {kind: each.column for kind, each in guess.found.items()} == {
        "family": "fam_id",
        "therapist": "ther_code",
        "site": "redcap_data_access_group",
        "referral": "label:way",
        "member": "mem_code",
        "role": "label:mem_role",
        "age": "mem_age",
        "index": "label:mem_index",
        "session_no": "sess_nr",
        "day": "sess_date",
        "rater": "by_whom",
        "state": "state:srs_form_complete",
    }
    assert guess.items[3].column == "sr_appr"
    assert all(each.reason for each in (*guess.found.values(), *guess.items.values()))
    assert draft.missing == ()
    assert export.set_aside.is_empty()
    assert export.tables["members"].select("role", "age_band", "index_client").rows() == [
        ("parent", "18-64", False),
        ("youth", "13-17", True),
    ]
    assert export.tables["therapists"]["group_id"].to_list() == ["north"]
    assert export.tables["forms"]["state"].to_list() == ["complete", "partial"]


def test_the_state_in_codes_is_not_offered_beside_the_state_in_words(redcap_project):
    columns = draft_mapping(redcap_project).tables[0].preview.columns

    assert "state:srs_form_complete" in columns
    assert "srs_form_complete" not in columns


def test_a_word_for_how_a_family_came_counts_as_unknown_until_a_person_says_it(
    tmp_path, redcap_project
):
    draft, export = read_by_draft(tmp_path, redcap_project)
    said = read_corrections({"words": {"referral": {"By the school": "mixed"}}})

    assert draft.words["referral"] == {"By the school": ""}
    assert export.tables["cases"]["referral"].to_list() == ["unknown"]
    assert '"By the school" = "mixed"' in draft_mapping(redcap_project, said).text


def test_a_therapist_at_two_sites_is_given_none_and_the_report_says_so(tmp_path, redcap_project):
    more = RECORDS.splitlines()[1].replace("001", "002").replace("north", "south")
    written(redcap_project, "records.csv", f"{RECORDS}{more}\n")
    draft, export = read_by_draft(tmp_path, redcap_project)
    guess, site = draft.tables[0].guess, "redcap_data_access_group"

    assert not guess.found.get("site")
    assert guess.kind_of(site) == ("", SITES_DIFFER)
    assert f"'{site}' is not used: {SITES_DIFFER}" in draft.guessed
    assert export.tables["therapists"]["group_id"].to_list() == [None]
    notes = export.notices.filter(pl.col("column_name") == site)
    assert notes["rule"].to_list() == ["therapist_at_several_sites"]
    assert "north" not in notes["message"][0]


def test_a_site_that_a_person_chooses_is_taken_from_the_last_row_with_a_notice(
    tmp_path, redcap_project
):
    more = RECORDS.splitlines()[1].replace("001", "002").replace("north", "south")
    written(redcap_project, "records.csv", f"{RECORDS}{more}\n")
    file_id = draft_mapping(redcap_project).tables[0].file_id
    said = read_corrections({"columns": {file_id: {"redcap_data_access_group": "site"}}})
    mapping = tmp_path / "drafted.toml"
    mapping.write_text(draft_mapping(redcap_project, said).text, encoding="utf-8")
    export = read_export(redcap_project, mapping=mapping)

    assert export.tables["therapists"]["group_id"].to_list() == ["south"]
    notes = export.notices.filter(pl.col("rule") == "rows_differ")
    assert notes["column_name"].to_list() == ["redcap_data_access_group"]
