"""One small service with every state, instrument and story that the measures tell apart."""

from __future__ import annotations

import datetime as dt

from dashboard.exports.manifest import ExportFacts
from tests.support.drawn_service import FIRST_DAY, DrawnService

FAMILY_ONE = {
    "mother": "parent",
    "father": "parent",
    "youth": "youth,13-17",
    "child": "child,6-12",
    "baby": "child,0-5",
}
COUNTS = {"row_count": 10, "accepted_count": 9, "set_aside_count": 1}


def rich_service() -> DrawnService:
    """Return a service of two families and four cases, rich enough that no measure is empty."""
    service = DrawnService()
    service.facts = ExportFacts(
        source_system="drawn",
        exported_at=dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC),
        timezone="Europe/London",
        note="invented in a test",
    )
    service.add("import_set_aside", file="forms.csv", row_no=7, rule="orphan", mend="Add it.")
    service.add("import_notices", file="forms.csv", row_no=9, rule="late", message="Look at it.")
    service.add("import_files", file="forms.csv", table_names=["forms"], sha256="0" * 64, **COUNTS)
    for therapist, group in (("T01", "G1"), ("T02", "G1"), ("T03", "G2"), ("T04", None)):
        service.add("therapists", therapist_id=therapist, group_id=group)
    service.draw_family("F1", FAMILY_ONE)
    service.draw_family("F2", {"ann": "partner", "bob": "partner"})
    _draw_first_case(service)
    _draw_other_cases(service)
    _code_threats(service)
    return service


def _draw_first_case(service: DrawnService) -> None:
    service.draw_case(
        "C1",
        """
        sessions            held     held     held     cancelled  held     held     held
        mother/srs          36       37       d        .          .        40       40
        father/srs          30       .        a        .          31       o        28
        youth/srs           20       ?        18       .          .        22       .
        child/csrs          -        35       .        .          40       .        39
        mother/wai_sr_client 44      .        .        .          .        .        48
        child/ycsrs         .        o        .        .          .        .        .
        came/mother         present  present  present  .          present  present  present
        came/father         present  absent   absent   .          present  partial  present
        came/youth          present  present  present  .          invited_declined present present
        came/child          not_invited present present .         present  not_invited present
        """,
        first_day=FIRST_DAY,
    )
    for session, score in ((1, 1), (5, -1)):
        service.rate(f"C1-{session}", "softa_o", {"shared_purpose": score}, perspective="observer")
        service.rate(
            f"C1-{session}",
            "softa_o",
            {"engagement": score, "emotional_connection": 0, "safety": 2},
            perspective="observer",
            member_id="youth",
        )
    for session in (1, 2, 6):
        form_id = service.therapist_form(f"C1-{session}", "srs", rater_id="T01")
        service.answer(form_id, [8, 9, 8, 9])
    service.add("case_therapists", case_id="C1", therapist_id="T01", to_date=dt.date(2026, 6, 29))
    service.add("case_therapists", case_id="C1", therapist_id="T02", from_date=dt.date(2026, 6, 30))
    service.add("case_therapists", case_id="C1", therapist_id="T03", role="co")
    service.add("case_therapists", case_id="C1", therapist_id="T04", role="observer")


def _draw_other_cases(service: DrawnService) -> None:
    service.draw_case(
        "C2",
        """
        sessions   held held no_show held
        mother/ors 20   21   .       25
        mother/srs 38   p    .       31
        """,
        first_day=FIRST_DAY + dt.timedelta(weeks=20),
    )
    service.draw_case(
        "C3",
        """
        sessions held held
        ann/srs  s34  20
        bob/srs  26   t32
        """,
        family_id="F2",
        first_day=FIRST_DAY + dt.timedelta(days=3),
    )
    service.draw_case("C4", "sessions held", family_id="F2", first_day=FIRST_DAY)
    service.add("case_therapists", case_id="C2", therapist_id="T02")
    service.add("case_therapists", case_id="C3", therapist_id="T03")


def _code_threats(service: DrawnService) -> None:
    service.add(
        "threats",
        threat_id="X1",
        case_id="C1",
        session_id="C1-2",
        member_id="youth",
        closed_session_id="C1-5",
        status="resolved",
    )
    service.add(
        "threats",
        threat_id="X2",
        case_id="C1",
        session_id="C1-3",
        threat_type="goal_misalignment",
    )
    service.add(
        "threats",
        threat_id="X3",
        case_id="C3",
        session_id="C3-2",
        member_id="bob",
        threat_type="resistance_to_change",
    )
    service.add(
        "strategies", strategy_id="Y1", session_id="C1-2", threat_id="X1", member_id="youth"
    )
    service.add(
        "strategies",
        strategy_id="Y2",
        session_id="C1-2",
        strategy="circular_questioning",
        context="partial_alliance",
        helpful="yes",
    )
