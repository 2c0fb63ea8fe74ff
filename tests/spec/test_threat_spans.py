"""Threats: open from their session up to, not including, the one that closed them."""

from __future__ import annotations

import datetime as dt

from tests.support.drawn_service import FIRST_DAY


def week(number: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(weeks=number - 1)


def threat(service, opening: int, closing: int | None, **columns) -> None:
    service.add(
        "threats",
        threat_id="X1",
        case_id="C1",
        session_id=f"C1-{opening}",
        closed_session_id=None if closing is None else f"C1-{closing}",
        **columns,
    )


def span(store) -> dict[str, object]:
    return store.query("threat_spans").row(0, named=True)


def sessions_of(span_: dict[str, object]) -> tuple[object, ...]:
    return tuple(
        span_[name] for name in ("from_session_no", "to_session_no", "from_date", "to_date")
    )


def test_a_closed_threat_was_open_up_to_the_session_before(service, opened):
    service.draw_case("C1", "sessions held held held cancelled held held", first_day=FIRST_DAY)
    threat(service, 2, 5, status="resolved")
    found = span(opened(service))

    assert sessions_of(found) == (2, 4, week(2), week(4))
    assert found["is_open"] is False


def test_a_threat_that_nothing_closed_is_open_to_the_end_of_the_case(service, opened):
    service.draw_case("C1", "sessions held held held", first_day=FIRST_DAY)
    threat(service, 2, None)
    found = span(opened(service))

    assert sessions_of(found) == (2, 3, week(2), None)
    assert found["is_open"] is True


def test_a_threat_called_eased_without_a_closing_session_is_drawn_on_but_not_called_open(
    service, opened
):
    service.draw_case("C1", "sessions held held held", first_day=FIRST_DAY)
    threat(service, 1, None, status="eased")
    found = span(opened(service))

    assert sessions_of(found) == (1, 3, week(1), None)
    assert found["is_open"] is False


def test_a_threat_closed_where_it_was_opened_keeps_that_one_session(service, opened):
    service.draw_case("C1", "sessions held held held", first_day=FIRST_DAY)
    threat(service, 2, 2, status="resolved")

    assert sessions_of(span(opened(service))) == (2, 2, week(2), week(2))


def test_the_day_it_was_coded_goes_before_the_day_of_the_session(service, opened):
    service.draw_case("C1", "sessions held held", first_day=FIRST_DAY)
    threat(service, 1, None, opened_on=dt.date(2026, 5, 30))

    assert span(opened(service))["from_date"] == dt.date(2026, 5, 30)


def test_without_dates_the_sessions_carry_a_threat(service, opened):
    service.draw_case("C1", "sessions held held held")
    threat(service, 1, 3)

    assert sessions_of(span(opened(service))) == (1, 2, None, None)
