"""Hand-made cases, first part: the stories of the alliance that signals are meant to find."""

from __future__ import annotations

import datetime as dt

from dashboard.exports.sample.plans import (
    CasePlan,
    FormLine,
    MemberPlan,
    StrategyPlan,
    ThreatPlan,
    fortnightly,
)

ADULT, OLDER, TEEN, CHILD = "18-64", "65+", "13-17", "6-12"
TRUST, GOALS, CHANGE = "lack_of_trust", "goal_misalignment", "resistance_to_change"
_HERO_DAYS = (
    *((6, 8), (6, 22), (7, 6), (7, 20), (8, 3), (8, 17)),
    *((8, 31), (9, 14), (9, 28), (10, 12), (11, 2), (11, 16)),
)


def parent(label: str, line: str, source: str = "items") -> MemberPlan:
    """Return a parent of working age who fills in the SRS."""
    return MemberPlan(label, "parent", ADULT, line, source=source)


def youth(line: str, label: str = "Youth", *, source: str = "items") -> MemberPlan:
    """Return a youth because of whom the family came, on the SRS."""
    return MemberPlan(label, "youth", TEEN, line, is_index=True, source=source)


def child(line: str, label: str = "Child", *, collected: str = "") -> MemberPlan:
    """Return a sibling of 6 to 12 years, on the CSRS."""
    return MemberPlan(label, "sibling", CHILD, line, instrument="csrs", collected=collected)


def partner(label: str, line: str, instrument: str = "srs") -> MemberPlan:
    """Return one partner of a couple."""
    return MemberPlan(label, "partner", ADULT, line, instrument=instrument)


def therapist_view(line: str, rater: str) -> FormLine:
    """Return the therapist's own SRS about the family."""
    return FormLine("srs", line, perspective="therapist", rater=rater)


def shared_purpose(line: str, rater: str) -> FormLine:
    """Return an observer's rating of the family with itself (SOFTA-o)."""
    return FormLine("softa_o", line, perspective="observer", rater=rater)


def hero() -> CasePlan:
    """Return F-104: the youth's alliance breaks in session 7 while the adults' holds."""
    low = "8/5/6.5/8.5 8/5/6.5/7.5 8.5/5.5/7/8 d 8.5/5.5/7/9 8/5/6.5/8.5"
    return CasePlan(
        number=104,
        lead="T03",
        co="T05",
        dates=tuple(dt.date(2026, month, day) for month, day in _HERO_DAYS),
        members=(
            parent("Mother", "36 37 37 38 38 - 38 39 38 39 39 38"),
            MemberPlan("Step-father", "step_parent", ADULT, "30 a 31 33 34 - 35 35 36 A 37 37"),
            youth(f"35 36 34 36 35 - {low}"),
            child("x 37 40 40 40 - 40 40 l 40 40 o"),
        ),
        further=(
            shared_purpose("1 o o 2 o - o -1 o o o 0", "T05"),
            therapist_view("36 36 37 37 37 - 37 36 34 34 33 33", "T03"),
        ),
        work={3: "done", 4: "partly", 8: "not_done", 9: "partly", 11: "not_set"},
        threats=(
            ThreatPlan(CHANGE, 3, 1, 1, "therapist", "resolved", closed_at=7),
            ThreatPlan(GOALS, 7, 2, 2, "therapist", "open"),
            ThreatPlan(TRUST, 8, 2, 2, "client", "eased", closed_at=12),
        ),
        strategies=(
            StrategyPlan("validation_of_feelings", 3, 0, 1, "yes"),
            StrategyPlan("gradual_guiding", 4, 0, 1, "partly"),
            StrategyPlan("active_listening", 8, 2, 2, "partly"),
            StrategyPlan("collaborative_goal_setting", 8, 1, None, "no"),
            StrategyPlan("transparency", 9, 2, 2, "yes"),
            StrategyPlan("continuous_check_ins", 11, 1, 2, "too_early"),
            StrategyPlan("circular_questioning", 12, None, None, "too_early"),
        ),
    )


def ceilings_and_splits() -> tuple[CasePlan, ...]:
    """Return F-101 (perfect forms, ties) and F-102 (a split that widens)."""
    return (
        CasePlan(
            number=101,
            lead="T01",
            dates=fortnightly(6, 16, 12, gap=13),
            members=(
                parent("Mother", "40 40 40 39.5 40 40 40 - 40 40 39.5 40"),
                parent("Father", "39 40 40 40 40 39.5 40 - 40 40 40 40"),
                youth("38 38.5 39 39 39 39.5 39 - 39.5 40 39 39"),
            ),
            further=(therapist_view("36 36 35.5 36 36 36 35 - 36 36 36.5 36", "T01"),),
        ),
        CasePlan(
            number=102,
            lead="T02",
            dates=fortnightly(7, 2, 11, gap=13),
            members=(
                parent("Mother", "35 35 36 36 37 37 37 38 38 39 38"),
                parent("Father", "33 34 34 35 36 36 37 37 37 38 38"),
                MemberPlan("Grandmother", "grandparent", OLDER, "34 34 a 35 35 34 35 35 36 35 36"),
                youth("33 32 33 31 32 31 31 30 28 27 26"),
                MemberPlan("Brother", "sibling", TEEN, "33 34 33 34 34 33 34 33 34 33 33"),
            ),
            further=(shared_purpose("1 o 1 o o 0 o o -1 o -2", "T03"),),
            threats=(ThreatPlan(GOALS, 8, None, 2, "supervisor", "watching"),),
            strategies=(
                StrategyPlan("adjusting_course", 9, 0, None, "partly"),
                StrategyPlan("collaborative_goal_setting", 10, 0, 3, "too_early"),
            ),
        ),
    )


def narrowing_split() -> CasePlan:
    """Return F-110: the youth starts far below the parents and comes to meet them."""
    return CasePlan(
        number=110,
        lead="T03",
        dates=fortnightly(7, 3, 10),
        members=(
            parent("Mother", "38 38 39 38 38 38 39 38 38 39"),
            parent("Father", "36 37 36 37 36 37 37 37 37 37"),
            youth("23 24 24 27 29 31 33 34 36 36"),
        ),
        threats=(ThreatPlan(TRUST, 1, 2, 2, "therapist", "eased", closed_at=7),),
        strategies=(
            StrategyPlan("empathy", 2, 0, 2, "partly"),
            StrategyPlan("non_judgement", 3, 0, 2, "yes"),
            StrategyPlan("clear_expectations", 4, 0, None, "yes"),
        ),
    )


def ruptures() -> tuple[CasePlan, ...]:
    """Return ruptures that mend: F-103 and F-106 at once, F-105 after several sessions."""
    return (
        CasePlan(
            number=103,
            lead="T02",
            modality="couple",
            dates=fortnightly(7, 9, 10),
            members=(
                partner("Partner A", "36 37 36 37 36 25 35 37 37 38"),
                partner("Partner B", "35 36 36 36 37 36 36 37 37 37"),
            ),
            strategies=(StrategyPlan("active_listening", 6, None, 0, "yes"),),
        ),
        CasePlan(
            number=105,
            lead="T05",
            dates=fortnightly(6, 23, 11),
            members=(
                parent("Mother", "36 36 37 36 36 35 36 36 36 37 36"),
                youth("34 35 34 35 35 26 24 23.5 26 34 35"),
            ),
            threats=(ThreatPlan(TRUST, 6, 1, 3, "therapist", "resolved", closed_at=10),),
            strategies=(
                StrategyPlan("empathy", 7, 0, 1, "partly"),
                StrategyPlan("transparency", 8, 0, 1, "partly"),
                StrategyPlan("active_listening", 9, 0, 1, "yes"),
            ),
        ),
        CasePlan(
            number=106,
            lead="T01",
            dates=fortnightly(7, 14, 10, gap=13),
            members=(
                parent("Mother", "35 36 35 36 36 36 35 36 37 36"),
                MemberPlan("Step-mother", "step_parent", ADULT, "34 35 34 35 24 30 34 35 34 35"),
                youth("31 32 32 31 32 31 33 33 34 34"),
            ),
        ),
    )


def dropout() -> CasePlan:
    """Return F-108: a rupture that nobody repairs, then the family stays away."""
    return CasePlan(
        number=108,
        lead="T01",
        modality="parent_child",
        ending="dropout",
        dates=fortnightly(5, 6, 9),
        members=(
            parent("Father", "36 37 36 36 37 36 35 36 35"),
            youth("34 35 34 35 35 23 22 24 22"),
        ),
        threats=(ThreatPlan(CHANGE, 6, 1, 3, "therapist", "open"),),
        strategies=(
            StrategyPlan("motivational_interviewing", 7, 0, 1, "no"),
            StrategyPlan("validation_of_feelings", 8, 0, 1, "partly"),
        ),
    )


def silences() -> tuple[CasePlan, ...]:
    """Return F-107 (hardly any forms), F-109 (a father stops), F-122 (declined beside absent)."""
    return (
        CasePlan(
            number=107,
            lead="T01",
            dates=fortnightly(7, 29, 9, gap=13),
            members=(
                parent("Mother", "35 36 35 36 36 35 36 36 36"),
                MemberPlan("Grandmother", "grandparent", OLDER, "o n o n 34 o n o o"),
                youth("33 34 n 34 33 n 34 o 34"),
            ),
        ),
        CasePlan(
            number=109,
            lead="T02",
            modality="parent_child",
            dates=fortnightly(7, 7, 10),
            members=(
                parent("Mother", "36 37 36 37 36 37 37 35 34 32"),
                parent("Father", "33 34 33 32 34 33 o d d o"),
                youth("31 32 33 32 33 34 33 34 33 34"),
            ),
            threats=(ThreatPlan(GOALS, 7, 1, 1, "observer", "watching"),),
        ),
        CasePlan(
            number=122,
            lead="T01",
            dates=fortnightly(7, 21, 9, gap=13),
            members=(
                parent("Mother", "33 34 34 35 36 36 36 37 37"),
                parent("Father", "32 33 a a i 34 35 A a"),
                youth("30 31 d d 33 d 35 d 36"),
            ),
            further=(therapist_view("34 34 35 34 35 35 35 36 36", "T01"),),
            threats=(ThreatPlan(TRUST, 3, 2, 1, "client", "open"),),
        ),
    )


def slipping_and_opening() -> tuple[CasePlan, ...]:
    """Return F-111 (opening up), F-112 (slips from the ceiling), F-113 (therapist sees more)."""
    return (
        CasePlan(
            number=111,
            lead="T03",
            dates=fortnightly(6, 17, 11),
            members=(
                parent("Father", "33 33 34 34 35 34 35 35 36 35 36"),
                youth("24 25 27 27 29 29 31 31 33 33 34"),
            ),
            threats=(ThreatPlan(CHANGE, 1, 1, 2, "therapist", "resolved", closed_at=6),),
            strategies=(
                StrategyPlan("motivational_interviewing", 2, 0, 1, "yes"),
                StrategyPlan("gradual_guiding", 4, 0, 1, "yes"),
            ),
        ),
        CasePlan(
            number=112,
            lead="T05",
            modality="couple",
            dates=fortnightly(8, 6, 8),
            members=(
                partner("Partner A", "40 40 40 40 39 38 37 35"),
                partner("Partner B", "36 37 36 37 37 36 37 36"),
            ),
        ),
        CasePlan(
            number=113,
            lead="T03",
            dates=fortnightly(8, 4, 8),
            members=(
                parent("Mother", "28 29 28 30 29 28 29 30"),
                MemberPlan("Grandfather", "grandparent", OLDER, "27 28 29 28 29 28 29 28"),
                youth("29 30 28 29 28 29 30 29"),
            ),
            further=(therapist_view("38 38 39 38 39 39 38 39", "T03"),),
        ),
    )


def alliance_stories() -> tuple[CasePlan, ...]:
    """Return every case of this part."""
    return (
        hero(),
        *ceilings_and_splits(),
        narrowing_split(),
        *ruptures(),
        dropout(),
        *silences(),
        *slipping_and_opening(),
    )
