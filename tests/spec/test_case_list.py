"""Cases: their sessions, therapists, instruments and share of expected forms."""

from __future__ import annotations

import datetime as dt

from tests.support.drawn_service import FIRST_DAY


def cases(store, **params):
    return {row["case_id"]: row for row in store.query("case_list", **params).iter_rows(named=True)}


def test_a_case_counts_its_sessions_and_names_its_therapists(service, opened):
    for therapist_id, group_id in (("T1", "G2"), ("T2", None), ("T3", "G1"), ("T4", "G9")):
        service.add("therapists", therapist_id=therapist_id, group_id=group_id)
    service.draw_case(
        "C1", "sessions cancelled held no_show held cancelled\nmother/srs . 36 . 37 .",
        first_day=FIRST_DAY,
    )  # fmt: skip
    for therapist_id, role in (("T3", "lead"), ("T1", "lead"), ("T2", "co"), ("T4", "observer")):
        service.add("case_therapists", case_id="C1", therapist_id=therapist_id, role=role)
    case = cases(opened(service))["C1"]

    assert (case["session_count"], case["held_count"]) == (5, 2)
    assert case["first_held_on"] == FIRST_DAY + dt.timedelta(weeks=1)
    assert case["last_held_on"] == FIRST_DAY + dt.timedelta(weeks=3)
    assert case["lead_therapist_ids"] == ["T1", "T3"]
    assert case["co_therapist_ids"] == ["T2"]
    assert case["group_ids"] == ["G1", "G2"]


def test_a_case_without_sessions_forms_or_therapists_is_there_with_nothing(service, opened):
    service.add("cases", case_id="C1", family_id="F1")
    case = cases(opened(service))["C1"]

    assert (case["session_count"], case["held_count"], case["expected_count"]) == (0, 0, 0)
    assert (case["first_held_on"], case["last_held_on"]) == (None, None)
    lists = ("lead_therapist_ids", "co_therapist_ids", "group_ids", "instrument_families")
    assert [case[name] for name in lists] == [[], [], [], []]


def test_the_alliance_comes_before_outcomes_and_the_commonest_instrument_first(service, opened):
    service.draw_case(
        "C1",
        """
        sessions             held held held
        mother/ors           20   21   22
        mother/srs           36   .    .
        mother/wai_sr_client 40   41   .
        """,
    )
    service.draw_case("C2", "sessions held\nmother/srs 36\nyouth/wai_sr_client d")
    found = cases(opened(service))

    assert found["C1"]["instrument_families"] == ["wai_sr", "srs", "ors"]
    assert found["C2"]["instrument_families"] == ["srs", "wai_sr"]


def test_the_latest_case_of_a_family_is_the_last_to_begin(service, opened):
    service.draw_family("F2", {"ann": "partner"})
    service.draw_case("C1", "sessions held\nmother/srs 36", first_day=dt.date(2026, 3, 1))
    service.draw_case("C2", "sessions held\nmother/srs 36", first_day=dt.date(2025, 3, 1))
    service.add("cases", case_id="C3", family_id="F1")
    service.add("cases", case_id="C4", family_id="F2", opened_on=dt.date(2025, 1, 1))
    service.add("cases", case_id="C5", family_id="F2", opened_on=dt.date(2024, 1, 1))
    found = cases(opened(service))

    assert [name for name, case in found.items() if case["is_latest_of_family"]] == ["C1", "C4"]


def test_the_share_of_expected_forms_is_that_of_the_whole_case(service, opened):
    service.draw_case("C1", "sessions held held held\nmother/srs 36 d .\nfather/srs 30 a 31")
    case = cases(opened(service))["C1"]

    assert (case["complete_count"], case["expected_count"]) == (1 + 2, 3 + 2)
