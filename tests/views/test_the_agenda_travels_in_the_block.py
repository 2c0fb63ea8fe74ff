"""The agenda is made once, in words, and travels with the data: the browser only chooses rows."""

from __future__ import annotations

import json

import polars as pl

from dashboard.views.agenda import LEARN_FROM, START_HERE


def agenda_of(service):
    return service.block.facts["agenda"]


def case_code(service, entry):
    return service.block.facts["cases"][entry["case"]]["code"]


def spoken(entry):
    return [" ".join(text for text, _ in parts) for parts in entry["reasons"]]


def test_every_case_with_a_reason_stands_once_in_the_order_of_the_query(sample):
    reasons = sample.store.query("agenda_reasons")

    listed = [case_code(sample, entry) for entry in agenda_of(sample)["entries"]]
    assert listed == reasons["case_id"].unique(maintain_order=True).to_list()
    assert len(listed) > START_HERE + LEARN_FROM


def test_a_case_shows_all_its_reasons_strongest_first(sample):
    reasons = sample.store.query("agenda_reasons")
    (entry,) = [each for each in agenda_of(sample)["entries"] if case_code(sample, each) == "C-104"]

    assert len(entry["reasons"]) == reasons.filter(case_id="C-104").height
    assert spoken(entry)[0].startswith("Youth : 35 in session 5, then 28, 27, 29, declined")
    assert spoken(entry)[1].startswith("Session 12 is split: ")
    assert ["m-rup", "computed", "possible rupture, not repaired so far, marked"] in entry["marks"]
    assert ["g-threat", "coded", "misalignment of goals, coded by therapist"] in entry["marks"]


def test_bracket_and_rupture_line_stand_at_their_sessions_and_rows(sample):
    (entry,) = [each for each in agenda_of(sample)["entries"] if case_code(sample, each) == "C-104"]
    rows = sample.store.query("case_rows").filter(case_id="C-104", instrument_family="srs")
    row_of = dict(zip(rows["member_id"], rows["row_no"], strict=True))

    assert entry["split"] == [12 - 1, row_of["M-104-1"], row_of["M-104-3"]]
    assert entry["ruptures"] == [[row_of["M-104-3"], 7 - 1, 12 - 1, False]]


def test_cases_that_only_go_well_are_marked_as_such_and_come_last(sample):
    well = [entry["well"] for entry in agenda_of(sample)["entries"]]
    reasons = (
        sample.store.query("agenda_reasons").group_by("case_id").agg(first=pl.col("tier").min())
    )

    assert sum(well) == reasons.filter(first=3).height
    assert well == sorted(well)


def test_the_block_holds_no_decision_and_no_therapist_in_a_sentence(sample):
    entries = agenda_of(sample)["entries"]
    therapists = sample.store.query("therapist_list")["therapist_id"].to_list()

    assert "decision" not in json.dumps(entries)
    said = " ".join(text for entry in entries for text in spoken(entry))
    assert [code for code in therapists if code in said] == []


def test_a_service_without_ratings_to_judge_has_an_agenda_of_what_is_missing(undated):
    assert agenda_of(undated)["startHere"] == START_HERE
    assert all(entry["reasons"] for entry in agenda_of(undated)["entries"])
