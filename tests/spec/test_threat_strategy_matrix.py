"""What was tried for which threat, and how the next ratings lay; nothing said on few cases."""

from __future__ import annotations

COUNTS = ("use_count", "case_count", "member_count", "change_count", "change_case_count")
TOLD = ("rose_count", "same_count", "fell_count", "change_lower", "change_median", "change_upper")


def draw_uses(service, changes: list[float], *, instrument_id: str = "srs") -> None:
    for number, change in enumerate(changes):
        case_id, family_id, member_id = f"C{number}", f"G{number}", f"m{number}"
        service.draw_family(family_id, {member_id: "parent"})
        service.draw_case(
            case_id,
            f"sessions held held\n{member_id}/{instrument_id} 20 {20 + change}",
            family_id=family_id,
        )
        service.add("threats", threat_id=f"X{number}", case_id=case_id, session_id=f"{case_id}-1")
        service.add(
            "strategies", strategy_id=f"Y{number}", session_id=f"{case_id}-1",
            threat_id=f"X{number}", member_id=member_id,
        )  # fmt: skip


def test_five_cases_are_described_by_counts_median_and_quartiles(service, opened):
    draw_uses(service, [-3, 0, 2, 4, 9])

    found = opened(service).query("threat_strategy_matrix")

    assert found.select("threat_type", "strategy", "instrument_id").rows() == [
        ("lack_of_trust", "active_listening", "srs")
    ]
    assert found.select(COUNTS).row(0) == (5, 5, 5, 5, 5)
    assert found.select(TOLD).row(0) == (3, 1, 1, 0, 2, 4)


def test_four_cases_are_counted_and_nothing_is_said_of_what_followed(service, opened):
    draw_uses(service, [-3, 0, 2, 4])

    found = opened(service).query("threat_strategy_matrix")

    assert found.select(COUNTS).row(0) == (4, 4, 4, 4, 4)
    assert found.select(TOLD).row(0) == (None,) * 6


def test_many_uses_in_one_case_are_still_one_case(service, opened):
    service.draw_case("C1", "sessions held held held held held held\nyouth/srs 20 21 22 23 24 25")
    for number in range(1, 6):
        service.add(
            "strategies", strategy_id=f"Y{number}", session_id=f"C1-{number}", member_id="youth"
        )

    found = opened(service).query("threat_strategy_matrix")

    assert found["threat_type"].to_list() == ["threat"]
    assert found.select(COUNTS).row(0) == (5, 1, 1, 5, 1)
    assert found.select(TOLD).row(0) == (None,) * 6


def test_changes_of_two_instruments_are_never_put_together(service, opened):
    service.draw_case(
        "C1",
        """
        sessions            held held
        youth/srs           20   24
        youth/wai_sr_client 40   36
        """,
    )
    service.add(
        "strategies", strategy_id="Y1", session_id="C1-1", member_id="youth",
        strategy="reframing", context="partial_alliance",
    )  # fmt: skip
    store = opened(service)

    every = store.query("threat_strategy_matrix")
    one = store.query("threat_strategy_matrix", instrument_family="wai_sr")

    assert every.select("threat_type", "instrument_id", "use_count", "change_count").rows() == [
        ("partial_alliance", "srs", 1, 1),
        ("partial_alliance", "wai_sr_client", 1, 1),
    ]
    assert one["instrument_id"].to_list() == ["wai_sr_client"]


def test_a_use_without_any_rating_is_counted(service, opened):
    service.draw_case("C1", "sessions held")
    service.add("strategies", strategy_id="Y1", session_id="C1-1")

    found = opened(service).query("threat_strategy_matrix")

    assert found.select("instrument_id", *COUNTS).row(0) == ("", 1, 1, 4, 0, 0)


def test_only_uses_within_the_dates_and_the_chosen_cases_count(service, opened):
    draw_uses(service, [1, 2])

    found = opened(service).query("threat_strategy_matrix", case_ids=["C1"])

    assert found.select("use_count", "case_count").row(0) == (1, 1)
