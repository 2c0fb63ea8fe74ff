"""What was planted in the families of the bundled service is found, with its sessions."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from dashboard.store import Store, publish


def opened(export, folder):
    publish(export, folder)
    return Store(folder)


@pytest.fixture(scope="module")
def store(bundled, tmp_path_factory):
    with opened(bundled, tmp_path_factory.mktemp("stories") / "store") as found:
        yield found


def totals(store, name: str, case_id: str) -> pl.DataFrame:
    return store.query(name, case_ids=[case_id]).filter("is_default_scale")


def test_f_102_the_youth_and_the_mother_move_apart_from_session_8_on(store):
    trend = totals(store, "split_trends", "C-102").row(0, named=True)
    split = totals(store, "splits", "C-102").filter(pl.col("level").is_not_null())

    assert (trend["is_widening"], trend["widening_reason"]) == (True, "growing")
    assert trend["session_nos"] == [6, 7, 8, 9, 10, 11]
    assert trend["ranges"] == [37 - 31, 37 - 31, 38 - 30, 38 - 28, 39 - 27, 38 - 26]
    assert split.sort("session_no").select("session_no", "level").rows() == [
        (8, "notable"),
        (9, "marked"),
        (10, "marked"),
        (11, "marked"),
    ]
    assert {tuple(ids) for ids in split["lowest_member_ids"]} == {("M-102-4",)}


def test_f_110_the_youth_comes_to_meet_the_parents_at_session_9(bundled, store, tmp_path):
    split = totals(store, "splits", "C-110").sort("session_no")
    later = bundled.tables["sessions"].filter(case_id="C-110", session_no=10)["session_id"]
    tables = {
        name: rows.filter(~pl.col("session_id").is_in(later.to_list()))
        if "session_id" in rows.columns
        else rows
        for name, rows in bundled.tables.items()
    }
    kept = tables["forms"]["form_id"].to_list()
    for name in ("ratings", "item_scores"):
        tables[name] = tables[name].filter(pl.col("form_id").is_in(kept))

    with opened(replace(bundled, tables=tables), tmp_path / "at-nine") as at_nine:
        trend = totals(at_nine, "split_trends", "C-110").row(0, named=True)

    assert split["level"].to_list() == ["marked"] * 5 + ["notable"] * 2 + [None] * 3
    assert (trend["is_narrowed"], trend["narrowed_from_session_no"]) == (True, 7)
    assert trend["session_nos"][-2:] == [8, 9]


def test_f_105_has_come_together_since_session_9(store):
    trend = totals(store, "split_trends", "C-105").row(0, named=True)

    assert (trend["is_narrowed"], trend["narrowed_from_session_no"]) == (True, 9)
    assert trend["session_nos"] == [6, 7, 8, 9, 10, 11]


def test_f_113_is_rated_higher_by_its_therapist_at_all_eight_sessions(store):
    gaps = totals(store, "family_therapist_gaps", "C-113").sort("session_no")

    assert gaps.filter("is_beyond")["session_no"].to_list() == list(range(1, 9))
    assert gaps["is_raised"].to_list() == [False] * 7 + [True]
    assert gaps["gap"].min() > 0


def test_only_f_113_has_a_gap_to_its_therapist_that_lasts(store):
    raised = store.query("family_therapist_gaps").filter("is_raised", "is_default_scale")

    assert raised["case_id"].to_list() == ["C-113"]


def test_three_members_fell_silent_each_in_their_way(store):
    found = store.query("silent_members")

    assert found.select("member_id", "kind", "session_nos", "states").rows() == [
        (
            "M-107-2",
            "attending_unrated",
            [6, 7, 8, 9],
            ["not_offered", "no_record", "not_offered", "not_offered"],
        ),
        (
            "M-109-2",
            "attending_unrated",
            [7, 8, 9, 10],
            ["not_offered", "declined", "declined", "not_offered"],
        ),
        ("M-122-2", "not_heard_from", [8, 9], ["absent", "absent"]),
    ]


def test_f_107_has_half_of_its_expected_forms_of_late(store):
    thin = store.query("recent_coverage").filter("is_thin")

    assert thin.select("case_id", "complete_count", "expected_count", "session_nos").rows() == [
        ("C-107", 6, 12, [6, 7, 8, 9])
    ]


def test_f_109_has_a_threat_since_session_7_for_which_nothing_was_tried(store):
    found = store.query("threats_without_strategy", case_ids=["C-109"])

    assert found.select("from_session_no", "held_count", "latest_held_session_no").rows() == [
        (7, 4, 10)
    ]


def test_f_112_slips_from_the_ceiling_and_nobody_coded_a_threat(store):
    found = store.query("threat_agreement", case_ids=["C-112"]).row(0, named=True)

    assert (found["kind"], found["signal_codes"]) == (
        "signal_without_threat",
        ["slip_from_ceiling"],
    )


def test_f_108_the_youth_is_a_weak_link_of_two_and_the_father_the_strong_one(store):
    found = totals(store, "member_links", "C-108").sort("member_id")

    assert found.select("member_id", "link", "session_nos", "scores", "others_means").rows() == [
        ("M-108-1", "strong", [7, 8, 9], [35, 36, 35], [22, 24, 22]),
        ("M-108-2", "weak", [7, 8, 9], [22, 24, 22], [35, 36, 35]),
    ]
