"""The overview: the lowest rating by a member in each week, never a mean over people."""

from __future__ import annotations

import datetime as dt

from tests.support.drawn_service import FIRST_DAY

WEEKS = [FIRST_DAY + dt.timedelta(weeks=week) for week in range(6)]


def weeks(store, **params):
    return store.query("alliance_by_family_week", **params)


def test_a_week_shows_the_lowest_rating_and_how_many_rated(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held held
        mother/srs  36   38   20
        father/srs  30   d    .
        youth/srs   33   39   .
        came/mother present present present
        came/father present present absent
        came/youth  present present absent
        """,
        first_day=FIRST_DAY,
    )
    found = weeks(opened(service))

    assert found["week_start_date"].to_list() == WEEKS[:3]
    assert found["lowest_score"].to_list() == [30, 38, 20]
    assert found["rated_count"].to_list() == [3, 2, 1]
    assert found["expected_count"].to_list() == [3, 3, 1]
    assert found["state"].to_list() == ["rated"] * 3
    assert found["member_ids"].to_list() == [
        ["father", "mother", "youth"],
        ["mother", "youth"],
        ["mother"],
    ]
    assert found["scores"].to_list() == [[30, 36, 33], [38, 39], [20]]


def test_a_week_without_a_rating_is_empty_and_says_whether_a_session_was_held(service, opened):
    service.draw_case(
        "C1",
        "sessions held held cancelled held\nmother/srs 36 d . 30",
        first_day=FIRST_DAY,
    )
    found = weeks(opened(service))

    assert found["lowest_score"].to_list() == [36, None, None, 30]
    assert found["state"].to_list() == ["rated", "no_form", "not_held", "rated"]
    assert found["step"].to_list() == [6, None, None, 5]
    assert found["scores"].to_list() == [[36], [], [], [30]]


def test_a_week_without_a_session_is_no_row(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 30", first_day=FIRST_DAY)
    service.rows["sessions"][1]["held_on"] = WEEKS[4]

    assert weeks(opened(service))["week_start_date"].to_list() == [WEEKS[0], WEEKS[4]]


def test_two_sessions_of_one_week_are_one_cell_with_all_values(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 30", first_day=FIRST_DAY)
    service.rows["sessions"][1]["held_on"] = FIRST_DAY + dt.timedelta(days=6)
    found = weeks(opened(service))

    assert found["scores"].to_list() == [[36, 30]]
    assert found["lowest_score"].to_list() == [30]


def test_the_therapists_own_form_is_no_rating_by_a_member(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36", first_day=FIRST_DAY)
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [1, 2, 1, 2])

    assert weeks(opened(service))["lowest_score"].to_list() == [36]


def test_an_instrument_without_a_members_form_shows_what_was_rated_of_members(service, opened):
    service.draw_case("C1", "sessions held", first_day=FIRST_DAY)
    for member_id, score in (("mother", 2), ("youth", -1)):
        service.rate(
            "C1-1", "softa_o", {"engagement": score}, perspective="observer", member_id=member_id
        )
    service.rate("C1-1", "softa_o", {"shared_purpose": -3}, perspective="observer")
    found = weeks(opened(service))

    assert found["scale"].to_list() == ["engagement"]
    assert found["lowest_score"].to_list() == [-1]
    assert found["is_true_zero"].to_list() == [True]
    assert found["step"].to_list() == [None]


def test_another_scale_and_a_chosen_member_can_be_asked_for(service, opened):
    service.draw_case("C1", "sessions held\nmother/srs 36\nyouth/srs 30", first_day=FIRST_DAY)
    store = opened(service)

    assert weeks(store, scale="goals")["lowest_score"].to_list() == [30 / 4 - 1]
    assert weeks(store, member_ids=["mother"])["lowest_score"].to_list() == [36]
    assert weeks(store, instrument_family="ors").is_empty()


def test_without_dates_there_is_no_week(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 30")

    assert weeks(opened(service)).is_empty()
