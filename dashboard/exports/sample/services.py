"""Hand-made cases, second part: what real services record, and how it arrives in an export."""

from __future__ import annotations

from dashboard.exports.sample.plans import (
    CasePlan,
    FormLine,
    MemberPlan,
    StrategyPlan,
    ThreatPlan,
    fortnightly,
)
from dashboard.exports.sample.stories import (
    ADULT,
    CHANGE,
    CHILD,
    GOALS,
    OLDER,
    TEEN,
    TRUST,
    child,
    parent,
    partner,
    shared_purpose,
    therapist_view,
    youth,
)


def hands() -> tuple[CasePlan, ...]:
    """Return F-114 (mandated, true zeros), F-115 and F-116 (other hands), F-121 (came back)."""
    return (
        CasePlan(
            number=114,
            lead="T03",
            referral="mandated",
            dates=fortnightly(8, 5, 8),
            members=(
                parent("Mother", "31 32 32 33 34 34 35 35"),
                youth("0/0/0/0 9/0/3.5/2 14 19 22 26 28 29"),
            ),
            threats=(
                ThreatPlan(TRUST, 1, 1, 3, "therapist", "eased", closed_at=6),
                ThreatPlan(CHANGE, 1, None, 2, "supervisor", "open"),
            ),
            strategies=(
                StrategyPlan("clear_expectations", 1, 0, 1, "yes"),
                StrategyPlan("non_judgement", 2, 0, 1, "yes"),
                StrategyPlan("motivational_interviewing", 4, 1, None, "partly"),
            ),
        ),
        CasePlan(
            number=115,
            lead="T02",
            co="T05",
            handover=(7, "T03"),
            dates=fortnightly(5, 12, 12),
            members=(
                parent("Mother", "35 36 36 37 36 37 34 35 36 37 37 38"),
                parent("Father", "34 34 35 35 36 36 33 34 35 36 36 36"),
                youth("32 33 34 34 35 35 30 32 33 35 35 36"),
            ),
        ),
        CasePlan(
            number=116,
            lead="T01",
            handover=(5, "T02"),
            referral="mixed",
            ending="planned",
            dates=fortnightly(3, 3, 9),
            members=(
                parent("Mother", "32 33 34 34 33 35 36 37 37"),
                youth("31 31 32 33 31 33 35 35 36"),
            ),
        ),
        CasePlan(
            number=121,
            lead="T03",
            ending="planned",
            dates=fortnightly(2, 12, 7),
            members=(
                parent("Mother", "33 34 35 35 36 37 38"),
                youth("29 30 32 33 35 36 37"),
            ),
        ),
        CasePlan(
            number=121,
            episode=2,
            lead="T03",
            dates=fortnightly(9, 3, 6),
            members=(
                parent("Mother", "36 36 37 37 38 38"),
                youth("34 35 35 36 36 37"),
            ),
        ),
    )


def instruments() -> tuple[CasePlan, ...]:
    """Return cases on other forms: WAI-SR, both at once, SOFTA-o, outcomes."""
    return (
        CasePlan(
            number=117,
            lead="T05",
            modality="couple",
            dates=fortnightly(7, 15, 9),
            members=(
                partner("Partner A", "44 45 47 48 48 50 51 51 53", "wai_sr_client"),
                partner("Partner B", "41 42 42 45 d 46 47 49 49", "wai_sr_client"),
            ),
        ),
        CasePlan(
            number=118,
            lead="T01",
            dates=fortnightly(6, 30, 10),
            members=(
                parent("Mother", "36 36 37 37 37 38 38 38 38 39"),
                youth("33 34 34 35 35 35 36 36 37 37"),
            ),
            further=(
                FormLine("wai_sr_client", "46 x x 49 x x 51 x x 53", member=0),
                FormLine("wai_sr_client", "40 x x 43 x x 46p x x 48", member=1),
            ),
        ),
        CasePlan(
            number=119,
            lead="T05",
            co="T03",
            dates=fortnightly(8, 11, 8, gap=13),
            members=(
                parent("Mother", "35 36 36 37 37 37 38 38"),
                parent("Father", "32 32 33 34 34 35 36 36"),
                youth("30 29 31 32 33 34 34 35"),
            ),
            further=(
                FormLine(
                    "softa_o", "2,1,1 o 2,2,1 2,2,1 o 2,2,2 3,2,2 3,3,2", 0, "observer", "T03"
                ),
                FormLine(
                    "softa_o", "0,0,1 o 1,0,1 1,1,1 o 1,1,1 2,1,1 2,2,2", 1, "observer", "T03"
                ),
                FormLine(
                    "softa_o", "-2,-1,0 o -1,0,0 0,0,-1 o 1,0,0 1,1,1 1,2,1", 2, "observer", "T03"
                ),
                shared_purpose("-1 o 0 0 o 1 1 2", "T03"),
            ),
        ),
        CasePlan(
            number=125,
            lead="T03",
            dates=fortnightly(7, 22, 9),
            members=(
                parent("Mother", "34 35 35 36 37 37 38 38 38"),
                parent("Father", "33 33 34 35 35 36 36 37 37"),
                MemberPlan(
                    "Child", "child", CHILD, "36 37 38 40 38 39 40 40 40", "csrs", is_index=True
                ),
            ),
            further=(
                FormLine("ors", "21 22 24 24 26 27 29 30 31", member=0),
                FormLine("ors", "24 24 25 27 28 28 30 31 31", member=1),
                FormLine("cors", "19 22 23 26 26 29 30 32 33", member=2),
            ),
        ),
    )


def imports() -> tuple[CasePlan, ...]:
    """Return cases as other systems hand them over: totals only, scales only, items left out."""
    return (
        CasePlan(
            number=120,
            lead="T01",
            dates=fortnightly(6, 25, 10),
            members=(
                parent("Mother", "33 34 34 35 35 36 36 37 37 37", "total_split"),
                youth("30 31 33 32 33 34 35 35 36 36", source="total_split"),
            ),
        ),
        CasePlan(
            number=126,
            lead="T02",
            dates=fortnightly(7, 8, 9),
            members=(
                parent("Mother", "34 35p 35 36 36 37 37p 37 38"),
                youth("32 32 33p 34 34 35 35 36 36"),
            ),
        ),
        CasePlan(
            number=128,
            lead="T02",
            modality="couple",
            dates=fortnightly(8, 12, 7),
            members=(
                _from_elsewhere("Partner A", "46 47 47 49 50 50 52"),
                _from_elsewhere("Partner B", "43 44 46 45 47 48 48"),
            ),
        ),
        CasePlan(
            number=129,
            lead="T05",
            modality="parent_child",
            dates=fortnightly(7, 16, 9),
            members=(
                parent("Father", "8/8/8/8 33 34 35 36 36 37 37 37"),
                youth("7.5/7.5/7.5/7.5 31 9/9/9/9 33 34 34 34 36 36"),
            ),
        ),
    )


def _from_elsewhere(label: str, line: str) -> MemberPlan:
    return MemberPlan(
        label, "partner", ADULT, line, instrument="wai_sr_client", source="subscale_only"
    )


def circumstances() -> tuple[CasePlan, ...]:
    """Return F-123 and F-124 (short; recognisable), F-127 (a weak link), F-130 to F-133."""
    return (
        CasePlan(
            number=123,
            lead="T04",
            referral="mandated",
            ending="referred_on",
            dates=fortnightly(6, 4, 6),
            no_shows=(2, 5),
            members=(
                parent("Mother", "29 - 31 - - 32"),
                youth("26 - 27 - - 28"),
            ),
            threats=(ThreatPlan(CHANGE, 1, None, 2, "therapist", "watching"),),
        ),
        CasePlan(
            number=124,
            lead="T04",
            modality="parent_child",
            referral="mandated",
            dates=fortnightly(8, 19, 7),
            formats={2: "phone", 5: "phone"},
            members=(
                MemberPlan("Grandfather", "grandparent", OLDER, "33 34 35 36 36 37 37"),
                MemberPlan(
                    "Child",
                    "child",
                    CHILD,
                    "37 38 39 40 38 39 40",
                    "csrs",
                    is_index=True,
                    collected="proxy",
                ),
            ),
        ),
        _weak_link(),
        CasePlan(
            number=130,
            lead="T01",
            dates=fortnightly(7, 23, 9),
            members=(
                parent("Mother", "35 36 36 37 37 38 38 38 39"),
                parent("Father", "34 35 35 36 37 37 37 38 38"),
                youth("32 33 33 34 35 36 36 37 37"),
                MemberPlan("Youth", "youth", TEEN, "33 a 34 34 a 36 36 36 37"),
                child("38 39 40 40 a 40 39 40 40"),
            ),
        ),
        CasePlan(
            number=131,
            lead="T03",
            dates=fortnightly(8, 13, 7),
            members=(
                parent("Mother", "36 37 38 38 38 39 39"),
                parent("Father", "35 37 37 38 38 38 39"),
                MemberPlan("Little child", "child", "0-5", "", is_index=True),
            ),
        ),
        CasePlan(
            number=132,
            lead="T05",
            dates=fortnightly(6, 18, 11),
            formats={2: "video", 3: "video", 5: "phone", 7: "mixed", 8: "video"},
            members=(
                parent("Mother", "37 38 38 38 39 39 38 39 39 40 39"),
                parent("Father", "36 37~ 37 38 38 38~ 38 38 39 39 39"),
                youth("35 36 36 37 l 37 37 l 38 38 38"),
            ),
            further=(therapist_view("35 35 36 36 36 37 37 37 37 37 38", "T05"),),
        ),
        CasePlan(
            number=133,
            lead="T04",
            dates=fortnightly(7, 17, 9),
            members=(
                parent("Mother", "36 37 37 37 37 38 38 37 38"),
                youth("34 33 34 33 34 34 35 35 35"),
            ),
            work={1: "not_set", 2: "not_done", 3: "not_done", 5: "partly", 6: "partly", 8: "done"},
            threats=(ThreatPlan(CHANGE, 2, 1, 2, "therapist", "eased", closed_at=8),),
            strategies=(
                StrategyPlan("gradual_guiding", 3, 0, 1, "partly"),
                StrategyPlan("validation_of_feelings", 5, 0, 1, "yes"),
            ),
        ),
    )


def _weak_link() -> CasePlan:
    return CasePlan(
        number=127,
        lead="T01",
        dates=fortnightly(6, 10, 12),
        members=(
            parent("Mother", "37 37 38 38 38 37 38 38 39 38 39 39"),
            parent("Father", "36 36 37 37 37 37 36 37 37 38 38 38"),
            youth("28 27 26 27 26 26 27 28 30 31 32 33"),
        ),
        threats=(
            ThreatPlan(GOALS, 2, None, 2, "therapist", "resolved", closed_at=11),
            ThreatPlan(TRUST, 3, 2, 2, "observer", "watching"),
        ),
        strategies=(
            StrategyPlan("adjusting_course", 3, 0, None, "no"),
            StrategyPlan("maintain_neutrality", 4, None, 2, "partly"),
            StrategyPlan("focus_strongest_alliances", 6, None, None, "partly"),
            StrategyPlan("circular_questioning", 7, None, 2, "yes"),
            StrategyPlan("reframing", 8, None, 2, "yes"),
            StrategyPlan("continuous_check_ins", 9, 0, None, "yes"),
        ),
    )


def service_stories() -> tuple[CasePlan, ...]:
    """Return every case of this part."""
    return (*hands(), *instruments(), *imports(), *circumstances())
