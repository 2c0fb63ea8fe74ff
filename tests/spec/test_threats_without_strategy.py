"""Threats that stay open while nothing is recorded as tried for them."""

from __future__ import annotations

import pytest

NAMES = ("threat_id", "held_count", "from_session_no", "latest_held_session_no")


def test_a_threat_open_for_three_held_sessions_without_a_strategy_is_listed(service, opened):
    service.draw_case("C1", "sessions held held held held")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-2", member_id="youth")
    service.add("threats", threat_id="X2", case_id="C1", session_id="C1-3")

    found = opened(service).query("threats_without_strategy")

    assert found.select(NAMES).rows() == [("X1", 3, 2, 4)]
    assert found.select("case_id", "member_id", "threat_type").rows() == [
        ("C1", "youth", "lack_of_trust")
    ]


def test_sessions_not_held_do_not_count(service, opened):
    service.draw_case("C1", "sessions held cancelled no_show held cancelled")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")
    service.draw_case("C2", "sessions held cancelled no_show held held cancelled")
    service.add("threats", threat_id="X2", case_id="C2", session_id="C2-1")

    found = opened(service).query("threats_without_strategy")

    assert found.select(NAMES).rows() == [("X2", 3, 1, 5)]


@pytest.mark.parametrize(("closed_at", "listed"), [("C1-5", ["X1"]), ("C1-4", [])])
def test_a_threat_closed_before_the_latest_held_session_is_not_listed(
    service, opened, closed_at, listed
):
    service.draw_case("C1", "sessions held held held held cancelled")
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-1", closed_session_id=closed_at
    )

    found = opened(service).query("threats_without_strategy")

    assert found["threat_id"].to_list() == listed


def test_a_strategy_counts_for_the_threat_it_was_recorded_for_alone(service, opened):
    service.draw_case("C1", "sessions held held held")
    for threat_id in ("X1", "X2"):
        service.add(
            "threats", threat_id=threat_id, case_id="C1", session_id="C1-1", member_id="youth"
        )
    service.add("strategies", strategy_id="Y1", session_id="C1-1", threat_id="X1")
    service.add("strategies", strategy_id="Y2", session_id="C1-2", member_id="youth")

    found = opened(service).query("threats_without_strategy")

    assert found["threat_id"].to_list() == ["X2"]
