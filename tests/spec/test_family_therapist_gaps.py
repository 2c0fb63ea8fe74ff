"""The gap between a therapist's own form and the members' own forms of the same session."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.support.drawn_service import DrawnService
from tests.support.quiet_members import add_quiet_members, spread_with

MARKED_OF_TWO = 2.7718 * sqrt(1 - 0.5)
FAR, NEAR = 36.0, 21.0
"""A therapist's total well beyond, and close to, members at 20 points."""


def drawn(members: dict[str, list[float]], therapists: dict[str, dict[int, float]]) -> DrawnService:
    service = DrawnService()
    add_quiet_members(service)
    service.draw_family("F1", {"mother": "parent", "father": "parent"})
    count = max(map(len, members.values()))
    service.draw_case("C1", "sessions " + " ".join(["held"] * count))
    for member_id, scores in members.items():
        for number, score in enumerate(scores, start=1):
            service.rate(f"C1-{number}", "srs", {"total": score}, member_id=member_id)
    for rater_id, forms in therapists.items():
        service.add("therapists", therapist_id=rater_id)
        for number, score in forms.items():
            service.rate(
                f"C1-{number}", "srs", {"total": score}, perspective="therapist", rater_id=rater_id
            )
    return service


def gaps(opened, members, therapists) -> list[dict[str, object]]:
    service = drawn(members, therapists)
    return opened(service).query("family_therapist_gaps").sort("session_no", "row_key").to_dicts()


def test_the_gap_is_the_therapists_score_minus_the_mean_of_the_members(opened):
    (found,) = gaps(opened, {"mother": [24], "father": [17]}, {"T01": {1: 31}})

    assert (found["members_mean"], found["member_count"]) == ((24 + 17) / 2, 2)
    assert found["gap"] == 31 - (24 + 17) / 2
    assert found["gap_sd"] == pytest.approx((31 - 20.5) / spread_with(24, 17))
    assert found["cut"] == pytest.approx(MARKED_OF_TWO)


def test_a_gap_is_beyond_from_the_marked_cut_of_two_raters_in_either_direction(opened):
    edge = MARKED_OF_TWO * spread_with(20)
    scores = [20 + edge * 1.0001, 20 + edge * 0.9999, 20 - edge * 0.9999, 20 - edge * 1.0001]

    found = [gaps(opened, {"mother": [20]}, {"T01": {1: score}})[0] for score in scores]

    assert [row["is_beyond"] for row in found] == [True, False, False, True]


@pytest.mark.parametrize(
    ("forms", "is_raised"),
    [
        ({1: FAR, 2: FAR}, True),
        ({1: FAR, 2: NEAR, 3: FAR}, True),
        ({1: FAR, 3: FAR, 4: NEAR}, True),
        ({1: FAR, 2: FAR, 3: NEAR, 4: NEAR}, False),
        ({1: FAR}, False),
        ({1: NEAR, 2: NEAR}, False),
    ],
)
def test_a_gap_is_raised_when_it_is_beyond_in_two_of_the_last_three_sessions_both_rated(
    opened, forms, is_raised
):
    found = gaps(opened, {"mother": [20] * 4}, {"T01": forms})

    assert [row["is_raised"] for row in found] == [False] * (len(forms) - 1) + [is_raised]
    assert [row["is_latest"] for row in found] == [False] * (len(forms) - 1) + [True]


def test_two_therapists_of_one_family_are_compared_each_for_themselves(opened):
    found = gaps(opened, {"mother": [20, 20]}, {"T01": {1: FAR, 2: FAR}, "T02": {1: NEAR, 2: NEAR}})

    assert {(row["rater_id"], row["is_raised"]) for row in found if row["is_latest"]} == {
        ("T01", True),
        ("T02", False),
    }


def test_after_a_handover_the_new_therapist_starts_a_count_of_their_own(opened):
    found = gaps(opened, {"mother": [20, 20]}, {"T01": {1: FAR}, "T02": {2: FAR}})

    assert [(row["rater_id"], row["is_beyond"], row["is_raised"]) for row in found] == [
        ("T01", True, False),
        ("T02", True, False),
    ]


def test_a_form_of_another_instrument_or_without_any_members_form_makes_no_gap(service, opened):
    service.add("therapists", therapist_id="T01")
    service.draw_case("C1", "sessions held held\nchild/csrs 12 12\nmother/srs d .")
    for session in (1, 2):
        form_id = service.therapist_form(f"C1-{session}", "srs", rater_id="T01")
        service.answer(form_id, [9, 8, 9, 8])

    assert opened(service).query("family_therapist_gaps").height == 0


def test_under_thirty_members_a_gap_is_told_and_not_judged(service, opened):
    service.add("therapists", therapist_id="T01")
    service.draw_case("C1", "sessions held\nmother/srs 12")
    form_id = service.therapist_form("C1-1", "srs", rater_id="T01")
    service.answer(form_id, [9, 8, 9, 8])

    found = opened(service).query("family_therapist_gaps").filter("is_default_scale")

    assert found.select("gap", "gap_sd", "is_beyond", "is_raised").rows() == [
        (9 + 8 + 9 + 8 - 12, None, None, False)
    ]
