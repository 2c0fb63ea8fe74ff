"""Threats by quarter: what a file for outside is made from."""

from __future__ import annotations

import datetime as dt

import pytest

WEEKS = [dt.date(2026, 7, 1) + dt.timedelta(weeks=week) for week in range(12)]


def test_threats_are_counted_in_the_quarter_they_were_coded_in(service, opened):
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held held", first_day=dt.date(2026, 3, 27))
    service.draw_case("C2", "sessions held", first_day=dt.date(2026, 3, 31))
    service.draw_case("C3", "sessions held")
    service.draw_case("C4", "sessions held", first_day=dt.date(2026, 7, 1))
    for number, (case, session) in enumerate([("C1", 1), ("C1", 2), ("C2", 1), ("C3", 1)]):
        service.add("threats", threat_id=f"X{number}", case_id=case, session_id=f"{case}-{session}")
    rows = opened(service).query("threats_by_quarter").rows()

    assert rows == [
        (dt.date(2026, 1, 1), "lack_of_trust", 1 + 1, 2),
        (dt.date(2026, 4, 1), "lack_of_trust", 1, 1),
    ]


@pytest.mark.parametrize(
    ("last_day", "told"),
    [(dt.date(2026, 6, 30), []), (dt.date(2026, 7, 1), [(dt.date(2026, 4, 1), 1)])],
)
def test_a_quarter_is_told_once_the_data_reach_beyond_it(service, opened, last_day, told):
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held", first_day=dt.date(2026, 4, 2))
    service.draw_case("C2", "sessions held", first_day=last_day)
    for case in ("C1", "C2"):
        service.add("threats", threat_id=case, case_id=case, session_id=f"{case}-1")
    rows = opened(service).query("threats_by_quarter")

    assert rows.select("quarter_start_date", "threat_count").rows() == told


def test_files_of_two_weeks_of_one_quarter_say_the_same(service, opened):
    """What a quarter grows by in a week is somebody's: no file tells it."""
    service.draw_family("F1", {"mother": "parent"})
    said = []
    for week in (0, 5, 11):
        for number in range(4):
            case = f"C{week}x{number}"
            service.draw_case(case, "sessions held", first_day=WEEKS[week])
            service.add("threats", threat_id=case, case_id=case, session_id=f"{case}-1")
        said.append(opened(service).query("threats_by_quarter").rows())

    assert said == [[]] * 3
