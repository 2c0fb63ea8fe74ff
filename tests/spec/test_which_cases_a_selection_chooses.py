"""Which cases a selection chooses: the same rule in every measure that filters."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.domain.scope import Scope
from tests.support.drawn_service import FIRST_DAY, DrawnService

SECOND, THIRD, LATER = (FIRST_DAY + dt.timedelta(weeks=weeks) for weeks in (1, 2, 10))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Three cases: T1 hands C1 over to T2 after session 2; T2 has C2; C3 has no dates of spans."""
    service = DrawnService()
    for therapist_id, group_id in (("T1", "G1"), ("T2", "G2"), ("T3", "G2"), ("T4", None)):
        service.add("therapists", therapist_id=therapist_id, group_id=group_id)
    service.draw_family("F1", {"mother": "parent"})
    service.draw_family("F2", {"ann": "partner"})
    for case_id, family_id, member in (("C1", "F1", "mother"), ("C2", "F1", "mother")):
        picture = f"sessions held held held held\n{member}/srs 30 31 32 33"
        service.draw_case(case_id, picture, family_id=family_id, first_day=FIRST_DAY)
    service.draw_case("C3", "sessions held held\nann/srs 20 21", family_id="F2", first_day=LATER)
    spans = [
        ("C1", "T1", "lead", None, SECOND),
        ("C1", "T2", "lead", SECOND + dt.timedelta(days=1), None),
        ("C2", "T2", "lead", FIRST_DAY, None),
        ("C3", "T3", "co", None, None),
        ("C3", "T4", "observer", None, None),
    ]
    for case_id, therapist_id, role, from_date, to_date in spans:
        service.add(
            "case_therapists", case_id=case_id, therapist_id=therapist_id, role=role,
            from_date=from_date, to_date=to_date,
        )  # fmt: skip
    service.add(
        "threats", threat_id="X1", case_id="C1", session_id="C1-2", closed_session_id="C1-3"
    )
    service.add(
        "threats", threat_id="X2", case_id="C2", session_id="C2-1", threat_type="goal_misalignment"
    )
    with service.open(tmp_path_factory.mktemp("chosen") / "store") as opened:
        yield opened


@pytest.mark.parametrize(
    ("params", "chosen"),
    [
        ({}, ["C1", "C2", "C3"]),
        ({"family_ids": ["F1"]}, ["C1", "C2"]),
        ({"case_ids": ["C2", "C3"]}, ["C2", "C3"]),
        ({"case_ids": ["C2"], "family_ids": ["F2"]}, []),
        ({"member_ids": ["ann"]}, ["C3"]),
        ({"member_ids": ["nobody"]}, []),
        ({"therapist_ids": ["T1"]}, ["C1"]),
        ({"therapist_ids": ["T2"]}, ["C1", "C2"]),
        ({"therapist_ids": ["T1", "T3"]}, ["C1", "C3"]),
        ({"therapist_ids": ["T4"]}, []),
        ({"therapist_ids": ["T1"], "date_from": SECOND}, ["C1"]),
        ({"therapist_ids": ["T1"], "date_from": THIRD}, []),
        ({"therapist_ids": ["T2"], "date_to": SECOND}, ["C2"]),
        ({"therapist_ids": ["T3"], "date_from": FIRST_DAY, "date_to": FIRST_DAY}, ["C3"]),
        ({"group_ids": ["G1"]}, ["C1"]),
        ({"group_ids": ["G2"]}, ["C1", "C2", "C3"]),
        ({"group_ids": ["G1"], "date_from": THIRD}, []),
        ({"group_ids": ["G2"], "therapist_ids": ["T1"]}, ["C1"]),
        ({"threat_types": ["lack_of_trust"]}, ["C1"]),
        ({"threat_types": ["lack_of_trust", "goal_misalignment"]}, ["C1", "C2"]),
        ({"threat_types": ["resistance_to_change"]}, []),
        ({"threat_types": ["lack_of_trust"], "date_to": FIRST_DAY}, []),
        ({"threat_types": ["lack_of_trust"], "date_to": SECOND}, ["C1"]),
        ({"threat_types": ["lack_of_trust"], "date_from": THIRD}, []),
        ({"threat_types": ["lack_of_trust"], "date_from": THIRD - dt.timedelta(days=1)}, ["C1"]),
        ({"threat_types": ["goal_misalignment"], "date_from": LATER}, ["C2"]),
    ],
)
def test_a_selection_chooses_these_cases(store, params, chosen):
    assert store.query("case_list", **params)["case_id"].to_list() == chosen


def test_a_scope_and_a_selection_choose_what_is_in_both(store):
    scope = Scope("own", frozenset({"C2", "C3"}))

    assert store.query("case_list", scope=scope)["case_id"].to_list() == ["C2", "C3"]
    assert store.query("case_list", scope=scope, family_ids=["F1"])["case_id"].to_list() == ["C2"]


def test_a_chosen_case_stays_whole(store):
    cells = store.query("alliance_cells", therapist_ids=["T1"], scale="total")

    assert cells["session_no"].to_list() == [1, 2, 3, 4]
