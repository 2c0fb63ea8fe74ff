"""Silent members: they come and do not rate, or they used to rate and are no longer heard from."""

from __future__ import annotations

NAMES = ("member_id", "kind", "session_nos", "states", "earlier_rating_count")


def silent(opened, service) -> list[tuple[object, ...]]:
    return opened(service).query("silent_members").select(NAMES).rows()


def test_somebody_present_at_the_last_two_held_sessions_without_a_form_is_silent(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held    held
        mother/srs  30      30      30      30
        youth/srs   20      .       d       p
        came/mother present present present present
        came/youth  present absent  partial present
        """,
    )

    assert silent(opened, service) == [
        ("youth", "attending_unrated", [3, 4], ["declined", "partial"], 1)
    ]


def test_somebody_who_never_had_a_form_is_silent_when_others_of_their_age_rate(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held
        mother/srs  30      30      30
        came/father present present present
        """,
    )

    assert silent(opened, service) == [
        ("father", "attending_unrated", [1, 2, 3], ["no_record"] * 3, 0)
    ]


def test_one_missed_form_is_ordinary(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held
        mother/srs  30      30      30
        youth/srs   20      21      d
        came/youth  present present present
        """,
    )

    assert silent(opened, service) == []


def test_a_session_in_between_at_which_they_stayed_away_ends_the_run(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held   held
        mother/srs  30      30      30     30
        came/youth  present present absent present
        """,
    )

    assert silent(opened, service) == []


def test_sessions_not_held_neither_count_nor_end_the_run(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    cancelled held    no_show
        mother/srs  30      .         30      .
        came/youth  present .         present .
        came/father present present   .       present
        """,
    )

    assert silent(opened, service) == [
        ("youth", "attending_unrated", [1, 3], ["no_record", "no_record"], 0)
    ]


def test_forms_that_do_not_apply_end_the_run(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held
        mother/srs  30      30      30
        youth/srs   d       -       d
        came/youth  present present present
        """,
    )

    assert silent(opened, service) == []


def test_a_form_that_does_not_apply_beside_one_that_is_missing_does_not(service, opened):
    service.draw_case(
        "C1",
        """
        sessions            held    held
        mother/srs          30      30
        youth/srs           d       d
        youth/wai_sr_client -       -
        came/youth          present present
        """,
    )

    assert silent(opened, service) == [
        ("youth", "attending_unrated", [1, 2], ["declined", "declined"], 0)
    ]


def test_nobody_is_silent_who_is_too_young_for_the_forms_of_the_case(service, opened):
    service.draw_family("F2", {"ann": "parent", "baby": "child,0-5", "tot": "child,6-12"})
    service.draw_case(
        "C1",
        """
        sessions  held    held
        ann/srs   30      30
        came/baby present present
        came/tot  present present
        """,
        family_id="F2",
    )

    assert silent(opened, service) == []


def test_a_child_is_silent_where_the_case_uses_a_form_for_its_age(service, opened):
    service.draw_family("F2", {"tim": "child,6-12", "tom": "child,6-12"})
    service.draw_case(
        "C1",
        """
        sessions  held    held
        tim/csrs  30      30
        came/tom  present present
        """,
        family_id="F2",
    )

    assert [row[0] for row in silent(opened, service)] == ["tom"]


def test_an_outcome_form_is_not_the_voice_that_is_missing(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held
        mother/srs  30      30
        youth/ors   30      30
        came/youth  present present
        """,
    )

    assert [row[0] for row in silent(opened, service)] == ["youth"]


def test_a_case_without_any_own_alliance_form_has_nobody_silent(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held    held
        mother/ors  30      30
        youth/srs   d       d
        came/youth  present present
        """,
    )

    assert silent(opened, service) == []


def test_somebody_who_rated_three_times_and_is_gone_for_two_held_sessions_is_not_heard_from(
    service, opened
):
    service.draw_case(
        "C1",
        """
        sessions    held    held    held    held   cancelled held
        mother/srs  30      30      30      30     .         30
        youth/srs   20      21      22      a      .         .
        father/srs  20      21      .       a      .         .
        came/youth  present present present absent .         invited_declined
        came/father present present absent  absent .         absent
        """,
    )

    assert silent(opened, service) == [("youth", "not_heard_from", [4, 6], ["absent", "absent"], 3)]


def test_without_records_of_attendance_only_those_no_longer_heard_from_are_seen(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held held held held
        mother/srs  30   30   30   30   30
        youth/srs   20   21   22   .    .
        father/srs  20   .    .    .    .
        """,
    )

    assert silent(opened, service) == [
        ("youth", "not_heard_from", [4, 5], ["no_record", "no_record"], 3)
    ]


def test_ratings_of_an_earlier_case_of_the_family_do_not_count(service, opened):
    service.draw_case("C1", "sessions held held held\nyouth/srs 20 21 22")
    service.draw_case("C2", "sessions held held held\nmother/srs 20 21 22\nyouth/srs 20 . .")

    assert silent(opened, service) == []


def test_a_family_of_one_can_fall_silent(service, opened):
    service.draw_family("F2", {"eve": "partner"})
    service.draw_case("C1", "sessions held held held held held\neve/srs 30 30 30 . .",
                      family_id="F2")  # fmt: skip

    assert [row[:3] for row in silent(opened, service)] == [("eve", "not_heard_from", [4, 5])]
