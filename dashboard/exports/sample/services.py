"""Hand-made cases, second part: other hands, other instruments, other seats."""

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
    CHANGE,
    CHILD,
    TRUST,
    parent,
    partner,
    shared_purpose,
    youth,
)


def mandated_and_returned() -> tuple[CasePlan, ...]:
    """Return F-114 (mandated, true zeros) and F-121 (came back for a second episode)."""
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


def handed_over() -> tuple[CasePlan, ...]:
    """Return F-115 and F-116, where another therapist takes over the lead."""
    return (
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
    )


def other_questionnaires() -> tuple[CasePlan, ...]:
    """Return F-117 (WAI-SR), F-118 (SRS and WAI-SR), F-125 (CSRS beside SRS, with outcomes)."""
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


def observed() -> CasePlan:
    """Return F-119, where an observer rates every dimension of SOFTA-o."""
    return CasePlan(
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
            FormLine("softa_o", "2,1,1 o 2,2,1 2,2,1 o 2,2,2 3,2,2 3,3,2", 0, "observer", "T03"),
            FormLine("softa_o", "0,0,1 o 1,0,1 1,1,1 o 1,1,1 2,1,1 2,2,2", 1, "observer", "T03"),
            FormLine(
                "softa_o", "-2,-1,0 o -1,0,0 0,0,-1 o 1,0,0 1,1,1 1,2,1", 2, "observer", "T03"
            ),
            shared_purpose("-1 o 0 0 o 1 1 2", "T03"),
        ),
    )


def service_stories() -> tuple[CasePlan, ...]:
    """Return every case of this part."""
    return (*mandated_and_returned(), *handed_over(), *other_questionnaires(), observed())
