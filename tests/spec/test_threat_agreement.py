"""Whether coded threats and ratings agree at the latest held session."""

from __future__ import annotations

from tests.support.drawn_service import DrawnService
from tests.support.quiet_members import add_quiet_members

NAMES = ("kind", "has_open_threat", "has_signal", "has_recent_rating", "signal_codes")


def drawn(mother: str, youth: str, *, held: str = "") -> DrawnService:
    service = DrawnService()
    add_quiet_members(service)
    service.draw_family("F1", {"mother": "parent", "youth": "youth,13-17"})
    count = len(mother.split())
    statuses = held or " ".join(["held"] * count)
    service.draw_case("C1", f"sessions {statuses}\nmother/srs {mother}\nyouth/srs {youth}")
    return service


def agreement(opened, service: DrawnService) -> dict[str, object]:
    found = opened(service).query("threat_agreement", case_ids=["C1"])
    return found.row(0, named=True)


def test_a_marked_split_without_an_open_threat_is_a_signal_without_threat(opened):
    found = agreement(opened, drawn("20 38", "20 2"))

    assert [found[name] for name in NAMES] == [
        "signal_without_threat", False, True, True, ["split_marked"],
    ]  # fmt: skip
    assert (found["threat_ids"], found["latest_held_session_no"]) == ([], 2)


def test_a_marked_split_counts_only_in_the_last_two_held_sessions(opened):
    within = agreement(opened, drawn("38 . .", "2 . .", held="held cancelled held"))
    before = agreement(opened, drawn("38 . .", "2 . .", held="held held held"))

    assert within["signal_codes"] == ["split_marked"]
    assert (before["signal_codes"], before["kind"]) == ([], None)


def test_a_signal_with_an_open_threat_agrees(opened):
    service = drawn("20 38", "20 2")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    found = agreement(opened, service)

    assert (found["kind"], found["has_open_threat"], found["has_signal"]) == (None, True, True)
    assert (found["threat_ids"], found["threat_types"]) == (["X1"], ["lack_of_trust"])


def test_a_threat_closed_at_the_latest_held_session_is_not_open_then(opened):
    service = drawn("20 38", "20 2")
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-1", closed_session_id="C1-2"
    )

    assert agreement(opened, service)["kind"] == "signal_without_threat"


def test_an_open_threat_beside_ratings_that_signal_nothing_is_a_threat_without_signal(opened):
    service = drawn("20 21", "21 20")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    assert [agreement(opened, service)[name] for name in NAMES] == [
        "threat_without_signal", True, False, True, [],
    ]  # fmt: skip


def test_without_a_recent_rating_nobody_can_say_that_ratings_signal_nothing(opened):
    service = drawn("20 d .", "21 . .")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    found = agreement(opened, service)

    assert (found["kind"], found["has_recent_rating"]) == (None, False)


def test_two_ratings_well_below_the_others_are_a_weak_link_and_a_signal(opened):
    found = agreement(opened, drawn("30 30 . .", "14 14 . ."))

    assert (found["signal_codes"], found["kind"]) == (["weak_link"], "signal_without_threat")


def test_a_slip_from_the_ceiling_is_a_signal(opened):
    found = agreement(opened, drawn("40 40 40 39 38", ". . . . ."))

    assert found["signal_codes"] == ["slip_from_ceiling"]


def test_a_case_without_a_held_session_disagrees_with_nothing(service, opened):
    service.draw_case("C1", "sessions cancelled\nmother/srs .")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    found = agreement(opened, service)

    assert (found["kind"], found["latest_held_session_no"]) == (None, None)
