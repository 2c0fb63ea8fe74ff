"""Strategies: what was tried, when, for which threat; no claim of an effect."""

from __future__ import annotations

from tests.support.drawn_service import FIRST_DAY


def test_a_strategy_is_listed_with_its_session_and_the_threat_it_was_for(service, opened):
    service.draw_case("C1", "sessions held held\nmother/srs 36 37", first_day=FIRST_DAY)
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")
    service.add(
        "strategies", strategy_id="Y1", session_id="C1-1", threat_id="X1", member_id="youth",
        helpful="partly",
    )  # fmt: skip
    service.add(
        "strategies", strategy_id="Y2", session_id="C1-2", strategy="reframing",
        context="partial_alliance",
    )  # fmt: skip
    found = (
        opened(service)
        .query("strategy_uses")
        .select(
            "strategy_id",
            "session_no",
            "strategy",
            "threat_type",
            "member_id",
            "context",
            "helpful",
        )
    )

    assert found.rows() == [
        ("Y1", 1, "active_listening", "lack_of_trust", "youth", "threat", "partly"),
        ("Y2", 2, "reframing", None, None, "partial_alliance", None),
    ]


def test_a_strategy_may_be_used_for_a_threat_it_does_not_belong_to(service, opened):
    service.draw_case("C1", "sessions held")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")
    service.add(
        "strategies", strategy_id="Y1", session_id="C1-1", threat_id="X1", strategy="reframing"
    )

    assert opened(service).query("strategy_uses")["threat_type"].to_list() == ["lack_of_trust"]
