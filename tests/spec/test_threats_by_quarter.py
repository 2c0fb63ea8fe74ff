"""Threats by quarter: what a file for outside is made from."""

from __future__ import annotations

import datetime as dt


def test_threats_are_counted_in_the_quarter_they_were_coded_in(service, opened):
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held held", first_day=dt.date(2026, 3, 27))
    service.draw_case("C2", "sessions held", first_day=dt.date(2026, 3, 31))
    service.draw_case("C3", "sessions held")
    for number, (case, session) in enumerate([("C1", 1), ("C1", 2), ("C2", 1), ("C3", 1)]):
        service.add("threats", threat_id=f"X{number}", case_id=case, session_id=f"{case}-{session}")
    rows = opened(service).query("threats_by_quarter").rows()

    assert rows == [
        (dt.date(2026, 1, 1), "lack_of_trust", 1 + 1, 2),
        (dt.date(2026, 4, 1), "lack_of_trust", 1, 1),
    ]
