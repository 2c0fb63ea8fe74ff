"""The ratings at and after the session of a strategy: a description, never an effect."""

from __future__ import annotations

NEXT = ("score_then", "next_session_nos", "next_scores", "next_states", "next_score", "next_change")


def test_the_next_four_sessions_of_the_member_concerned_are_described(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held held cancelled held held held
        mother/srs  30   31   32   .         33   34   35
        youth/srs   20   21   d    .         25   .    24
        """,
    )
    service.add("strategies", strategy_id="Y1", session_id="C1-2", member_id="youth")

    found = opened(service).query("strategy_followups")

    assert found["member_id"].to_list() == ["youth"]
    assert found.select(NEXT).row(0) == (
        21,
        [3, 5, 6, 7],
        [None, 25, None, 24],
        ["declined", "complete", "no_record", "complete"],
        25,
        25 - 21,
    )


def test_more_than_four_sessions_later_nothing_is_said(service, opened):
    service.draw_case("C1", "sessions held held held held held held\nyouth/srs 20 . . . . 30")
    service.add("strategies", strategy_id="Y1", session_id="C1-1", member_id="youth")

    found = opened(service).query("strategy_followups").row(0, named=True)

    assert found["next_session_nos"] == [2, 3, 4, 5]
    assert (found["next_score"], found["next_change"]) == (None, None)


def test_nothing_stands_for_a_rating_that_is_missing_at_the_session_itself(service, opened):
    service.draw_case("C1", "sessions held held held\nyouth/srs 20 d 24")
    service.add("strategies", strategy_id="Y1", session_id="C1-2", member_id="youth")

    found = opened(service).query("strategy_followups").row(0, named=True)

    assert (found["score_then"], found["next_score"], found["next_change"]) == (None, 24, None)


def test_at_the_last_session_nothing_has_followed_so_far(service, opened):
    service.draw_case("C1", "sessions held\nyouth/srs 20")
    service.add("strategies", strategy_id="Y1", session_id="C1-1", member_id="youth")

    found = opened(service).query("strategy_followups").row(0, named=True)

    assert [found[name] for name in NEXT] == [20, [], [], [], None, None]


def test_a_strategy_for_the_whole_family_is_followed_by_every_members_ratings(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held
        mother/srs  30   32
        youth/srs   20   .
        child/csrs  12   9
        father/srs  d    o
        """,
    )
    service.add("therapists", therapist_id="T01")
    form_id = service.therapist_form("C1-1", "srs", rater_id="T01")
    service.answer(form_id, [9, 8, 9, 8])
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")
    service.add("strategies", strategy_id="Y1", session_id="C1-1", threat_id="X1")

    found = opened(service).query("strategy_followups").sort("member_id")

    assert found.select("member_id", "instrument_id", "next_change", "is_for_family").rows() == [
        ("child", "csrs", 9 - 12, True),
        ("mother", "srs", 32 - 30, True),
        ("youth", "srs", None, True),
    ]
    assert found["threat_type"].to_list() == ["lack_of_trust"] * 3


def test_a_member_with_two_instruments_has_one_row_for_each(service, opened):
    service.draw_case(
        "C1",
        """
        sessions            held held
        youth/srs           20   24
        youth/wai_sr_client 40   36
        youth/ors           20   22
        """,
    )
    service.add("strategies", strategy_id="Y1", session_id="C1-1", member_id="youth")

    found = opened(service).query("strategy_followups").sort("instrument_id")

    assert found.select("instrument_id", "next_change").rows() == [
        ("srs", 24 - 20),
        ("wai_sr_client", 36 - 40),
    ]


def test_somebody_who_never_rated_has_no_row(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 20 24")
    service.add("strategies", strategy_id="Y1", session_id="C1-1", member_id="youth")

    assert opened(service).query("strategy_followups").height == 0
