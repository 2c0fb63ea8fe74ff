"""Coverage of late: complete forms among those expected at the last four held sessions."""

from __future__ import annotations


def test_coverage_looks_at_the_last_four_held_sessions(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held held held cancelled held held
        mother/srs  30   30   30   .         .    30
        youth/srs   30   d    .    .         30   d
        """,
    )

    found = opened(service).query("recent_coverage").row(0, named=True)

    assert found["session_nos"] == [2, 3, 5, 6]
    assert (found["expected_count"], found["complete_count"]) == (4 + 4, 3 + 1)
    assert (found["share"], found["is_thin"]) == ((3 + 1) / (4 + 4), True)


def test_coverage_of_exactly_sixty_percent_is_not_thin(service, opened):
    service.draw_case("C1", "sessions held held held held held\nmother/srs 30 30 d 30 30")
    service.draw_case(
        "C2", "sessions held held held\nmother/srs 30 30 d\nyouth/srs 30 d .\nfather/srs 30 . 30"
    )
    service.draw_case("C3", "sessions held\nmother/srs 30\nfather/srs p\nyouth/srs 30")
    service.add("forms", form_id="g", session_id="C3-1", member_id="mother",
                instrument_id="wai_sr_client", state="partial")  # fmt: skip
    service.add("forms", form_id="h", session_id="C3-1", member_id="child", instrument_id="csrs")
    service.answer("h", [9, 8, 7, 6])

    found = opened(service).query("recent_coverage")

    assert found.select("case_id", "share", "is_thin").rows() == [
        ("C1", 3 / 4, False),
        ("C2", 5 / 9, True),
        ("C3", 3 / 5, False),
    ]


def test_a_case_in_which_nothing_is_expected_is_not_called_thin(service, opened):
    service.draw_case("C1", "sessions held held")
    service.draw_case("C2", "sessions cancelled")
    service.draw_case("C3", "sessions held\nmother/srs d")

    found = opened(service).query("recent_coverage")

    assert found.select(
        "case_id", "held_count", "expected_count", "share", "is_thin", "session_nos"
    ).rows() == [
        ("C1", 2, 0, None, False, [1, 2]),
        ("C2", 0, 0, None, False, []),
        ("C3", 1, 0, None, False, [1]),
    ]
