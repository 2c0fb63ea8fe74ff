"""Services whose pictures are sliced: the sample, one with every state, one without dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from dashboard.domain.places import data_folder
from dashboard.store import open_source
from tests.support.quiet_service import service_with_signals
from tests.support.repository import REPOSITORY
from tests.support.rich_service import rich_service
from tests.support.selections import Shown, shown_service

if TYPE_CHECKING:
    from tests.support.drawn_service import DrawnService

EXAMPLE = REPOSITORY / "docs" / "examples" / "simulated_wai_srs"


def long_service() -> DrawnService:
    """Return the rich service with a case longer than a picture, and a session without a day."""
    service = rich_service()
    service.draw_family("F3", {"eve": "parent", "kim": "youth,13-17"})
    held = " ".join(["held", "held", "cancelled"] * 15)
    eve = " ".join(["36", "d", "."] * 15)
    picture = f"sessions {held}\neve/srs {eve}\nkim/srs {eve}"
    service.draw_case("C5", picture, family_id="F3", first_day=dt.date(2026, 1, 5))
    service.add("sessions", session_id="C5-x", case_id="C5", session_no=46)
    service.add("case_therapists", case_id="C5", therapist_id="T01", role="co")
    _rate_by_therapist(service)
    spans = [("C5-2", "C5-9"), ("C5-4", "C5-30"), ("C5-8", None), ("C5-44", None)]
    for number, (opening, closing) in enumerate(spans):
        service.add(
            "threats",
            threat_id=f"L{number}",
            case_id="C5",
            session_id=opening,
            member_id="kim" if number % 2 else None,
            closed_session_id=closing,
            status="resolved" if closing else "watching",
        )
    for number in range(30):
        service.add("strategies", strategy_id=f"S{number:02}", session_id=f"C5-{number // 3 + 1}")
    return service


def _rate_by_therapist(service: DrawnService) -> None:
    """Let a therapist rate a member on an instrument that has no form for members."""
    scores = {"engagement": -3, "emotional_connection": -2, "safety": -3}
    who = {"perspective": "therapist", "member_id": "kim", "rater_id": "T01"}
    service.rate("C5-40", "softa_o", scores, **who)


def undated_service() -> DrawnService:
    """Return a service whose sessions have no dates, though its therapists do."""
    service = rich_service()
    for session in service.rows["sessions"]:
        session["held_on"] = None
    return service


@pytest.fixture(scope="session")
def sample():
    with open_source(data_folder("sample_data")) as store:
        yield Shown(store)


@pytest.fixture(scope="session")
def long(tmp_path_factory):
    service = shown_service(long_service(), tmp_path_factory.mktemp("long") / "store")
    yield service
    service.store.close()


@pytest.fixture(scope="session")
def signals(tmp_path_factory):
    service = shown_service(service_with_signals(), tmp_path_factory.mktemp("signals") / "store")
    yield service
    service.store.close()


@pytest.fixture(scope="session")
def undated(tmp_path_factory):
    service = shown_service(undated_service(), tmp_path_factory.mktemp("undated") / "store")
    yield service
    service.store.close()


@pytest.fixture(scope="session")
def simulated(real_data):
    """Sessions with simulated clients: no dates, an instrument of the service's own."""
    options = {name: EXAMPLE / f"{name}.toml" for name in ("mapping", "instruments")}
    with open_source(real_data / EXAMPLE.name, **options) as store:
        yield Shown(store)


@pytest.fixture(scope="session", params=["sample", "long", "signals", "undated"])
def service(request):
    """Each of the services, one after the other."""
    return request.getfixturevalue(request.param)
