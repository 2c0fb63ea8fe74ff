"""The one-line summary: forms, families, lowest and highest rating by a member, sessions."""

from __future__ import annotations

import datetime as dt

from dashboard.domain.scope import Scope
from tests.support.drawn_service import FIRST_DAY


def summary(store, **params) -> dict[str, object]:
    return store.query("selection_summary", **params).row(0, named=True)


def drawn(service):
    service.draw_family("F2", {"ann": "partner"})
    service.draw_case(
        "C1",
        """
        sessions   held held cancelled held
        mother/srs 36   d    .         30
        youth/srs  21   p    .         39
        mother/ors 20   .    .         22
        """,
        first_day=FIRST_DAY,
    )
    service.draw_case("C2", "sessions held held\nann/srs 12 .", family_id="F2", first_day=FIRST_DAY)
    service.answer(service.therapist_form("C1-1", "srs", rater_id="T1"), [1, 2, 1, 2])
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-2", closed_session_id="C1-4"
    )
    return service


def test_it_counts_forms_with_a_score_and_looks_at_members_for_lowest_and_highest(service, opened):
    assert summary(opened(drawn(service))) == {
        "instrument_family": "srs",
        "scale": "total",
        "form_count": 2 + 2 + 1 + 1,
        "family_count": 2,
        "case_count": 2,
        "lowest_score": 12,
        "highest_score": 39,
        "threat_session_count": 1,
        "session_count": 3 + 2,
    }


def test_it_follows_the_selection(service, opened):
    store = opened(drawn(service))

    assert summary(store, family_ids=["F1"])["lowest_score"] == 21
    assert summary(store, member_ids=["mother"])["lowest_score"] == 30
    assert summary(store, date_to=FIRST_DAY)["highest_score"] == 36
    assert summary(store, instrument_family="ors")["form_count"] == 2
    assert summary(store, scale="bond")["highest_score"] == 39 / 4 + 0.25
    chosen = summary(store, threat_types=["lack_of_trust"])
    assert (chosen["case_count"], chosen["threat_session_count"]) == (1, 1)
    later = summary(store, date_from=FIRST_DAY + dt.timedelta(weeks=2))
    assert (later["session_count"], later["threat_session_count"]) == (1, 0)


def test_another_threat_than_the_chosen_one_is_not_counted(service, opened):
    drawn(service)
    service.add(
        "threats", threat_id="X2", case_id="C1", session_id="C1-1", threat_type="goal_misalignment"
    )
    store = opened(service)

    assert summary(store)["threat_session_count"] == 3
    assert summary(store, threat_types=["lack_of_trust"])["threat_session_count"] == 1


def test_nothing_chosen_is_counts_of_zero_and_no_score(service, opened):
    store = opened(drawn(service))
    nothing = summary(store, case_ids=["gone"])

    assert (nothing["form_count"], nothing["case_count"], nothing["session_count"]) == (0, 0, 0)
    assert (nothing["lowest_score"], nothing["highest_score"]) == (None, None)
    assert summary(store, scope=Scope("nobody", frozenset()))["instrument_family"] is None


def test_a_service_without_any_form_is_summed_up_too(service, opened):
    service.draw_case("C1", "sessions held held")
    found = summary(opened(service))

    assert (found["instrument_family"], found["scale"], found["form_count"]) == (None, None, 0)
    assert (found["case_count"], found["session_count"]) == (1, 2)


def test_the_alliance_is_shown_before_an_outcome_that_is_commoner(service, opened):
    service.draw_case("C1", "sessions held held held\nmother/ors 20 21 22\nmother/srs 36 . .")

    assert summary(opened(service))["instrument_family"] == "srs"
