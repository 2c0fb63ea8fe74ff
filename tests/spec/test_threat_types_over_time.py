"""Types of threat by month, and which were open together."""

from __future__ import annotations

import datetime as dt

APRIL, MAY, JUNE = (dt.date(2026, month, 1) for month in (4, 5, 6))


def test_a_threat_is_counted_where_it_was_coded_and_where_a_session_found_it_open(service, opened):
    service.draw_case("C1", "sessions" + " held" * 10, first_day=dt.date(2026, 4, 20))
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-1", closed_session_id="C1-4"
    )
    service.add("threats", threat_id="X2", case_id="C1", session_id="C1-3")
    service.add(
        "threats", threat_id="X3", case_id="C1", session_id="C1-1", closed_session_id="C1-2",
        threat_type="goal_misalignment", opened_on=dt.date(2026, 3, 31),
    )  # fmt: skip

    found = opened(service).query("threat_types_by_month")

    assert found.select(
        "month_start_date", "threat_type", "opened_count", "open_count", "case_count"
    ).rows() == [
        (dt.date(2026, 3, 1), "goal_misalignment", 1, 0, 1),
        (APRIL, "goal_misalignment", 0, 1, 1),
        (APRIL, "lack_of_trust", 1, 1, 1),
        (MAY, "lack_of_trust", 1, 2, 1),
        (JUNE, "lack_of_trust", 0, 1, 1),
    ]


def test_without_dates_there_is_no_month(service, opened):
    service.draw_case("C1", "sessions held")
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    assert opened(service).query("threat_types_by_month").height == 0


def test_only_months_within_the_dates_are_told(service, opened):
    service.draw_case("C1", "sessions" + " held" * 10, first_day=dt.date(2026, 4, 20))
    service.add("threats", threat_id="X1", case_id="C1", session_id="C1-1")

    found = opened(service).query(
        "threat_types_by_month", date_from=MAY, date_to=dt.date(2026, 5, 31)
    )

    assert found["month_start_date"].to_list() == [MAY]


def test_types_open_at_the_same_session_are_counted_as_a_pair(service, opened):
    service.draw_case("C1", "sessions held held held held")
    service.draw_case("C2", "sessions held")
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-1", closed_session_id="C1-4"
    )
    service.add(
        "threats", threat_id="X2", case_id="C1", session_id="C1-2", threat_type="goal_misalignment"
    )
    service.add(
        "threats", threat_id="X3", case_id="C1", session_id="C1-4",
        threat_type="resistance_to_change",
    )  # fmt: skip
    service.add("threats", threat_id="X4", case_id="C2", session_id="C2-1")

    found = opened(service).query("threat_cooccurrence")

    assert found.rows() == [
        ("goal_misalignment", "lack_of_trust", 1, 2, 1, 2),
        ("goal_misalignment", "resistance_to_change", 1, 1, 1, 1),
    ]


def test_two_threats_of_one_type_are_no_pair(service, opened):
    service.draw_case("C1", "sessions held")
    for threat_id in ("X1", "X2"):
        service.add("threats", threat_id=threat_id, case_id="C1", session_id="C1-1")

    assert opened(service).query("threat_cooccurrence").height == 0
