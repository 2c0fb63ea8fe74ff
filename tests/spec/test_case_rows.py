"""Rows of a heatmap: who stands where, and where a gap parts them."""

from __future__ import annotations


def rows(store, family="srs"):
    found = store.query("case_rows")
    return found.filter(found["instrument_family"] == family)


def test_caregivers_stand_above_the_young_then_other_forms_shared_purpose_and_therapist(
    service, opened
):
    service.draw_family("F9", {"grandma": "grandparent,65+"})
    service.rows["members"][-1]["family_id"] = "F1"
    service.draw_case(
        "C1",
        """
        sessions             held
        child/csrs           37
        youth/srs            30
        grandma/srs          31
        father/srs           33
        mother/srs           36
        """,
    )
    service.rate("C1-1", "softa_o", {"shared_purpose": 1}, perspective="observer")
    service.rate("C1-1", "softa_o", {"safety": 1}, perspective="observer", member_id="youth")
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [9, 9, 8, 9])
    store = opened(service)
    found = rows(store)

    assert found["member_id"].to_list() == [
        "mother", "father", "grandma", "youth", "child", None, None,
    ]  # fmt: skip
    assert found["kind"].to_list() == ["member"] * 5 + ["shared", "therapist"]
    assert found["instrument_id"].to_list() == ["srs"] * 4 + ["csrs", "softa_o", "srs"]
    assert found["row_no"].to_list() == [0, 1, 2, 3, 4, 5, 6]
    assert found["starts_block"].to_list() == [False] * 4 + [True, True, False]
    assert found["rater_id"].to_list()[-1] == "T1"
    softa = rows(store, "softa_o")
    assert softa["kind"].to_list() == ["observer", "shared"]
    assert softa["member_id"].to_list() == ["youth", None]
    assert softa["starts_block"].to_list() == [False, True]


def test_a_row_carries_the_key_of_its_cells(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36\nyouth/srs d")
    store = opened(service)

    assert set(rows(store)["row_key"]) == set(store.query("alliance_cells")["row_key"])


def test_members_who_share_a_role_are_numbered_and_others_are_not(service, opened):
    service.draw_family("F2", {"ann": "partner", "bob": "partner", "cat": "child,6-12"})
    service.draw_case("C1", "sessions held\nbob/srs 36\nann/srs 30\ncat/csrs 30", family_id="F2")
    found = rows(opened(service))

    assert found["member_id"].to_list() == ["ann", "bob", "cat"]
    assert found["role_number"].to_list() == [1, 2, 0]
    assert found["age_band"].to_list() == ["18-64", "18-64", "6-12"]


def test_shared_purpose_stands_under_each_alliance_instrument_but_not_under_outcomes(
    service, opened
):
    service.draw_case("C1", "sessions held\nmother/srs 36\nmother/wai_sr_client 40\nmother/ors 20")
    service.rate("C1-1", "softa_o", {"shared_purpose": 1}, perspective="observer")
    found = opened(service).query("case_rows")

    assert found.filter(found["kind"] == "shared")["instrument_family"].to_list() == [
        "softa_o",
        "srs",
        "wai_sr",
    ]


def test_a_case_without_any_form_has_no_row(service, opened):
    service.draw_case("C1", "sessions held held")

    assert opened(service).query("case_rows").is_empty()
