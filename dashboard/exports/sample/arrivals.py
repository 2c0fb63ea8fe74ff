"""Hand-made cases, third part: how forms arrive, and the circumstances of sessions."""

from __future__ import annotations

from dashboard.exports.sample.plans import (
    CasePlan,
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
    therapist_view,
    youth,
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


def few_sessions() -> tuple[CasePlan, ...]:
    """Return F-123 (nobody came, twice) and F-124 (two people whom a colleague would know)."""
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
    )


def many_and_remote() -> tuple[CasePlan, ...]:
    """Return F-130 (two youths), F-131 (a child under 6) and F-132 (by video)."""
    return (
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
    )


def homework() -> CasePlan:
    """Return F-133: work between sessions is not done, then done."""
    return CasePlan(
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
    )


def weak_link() -> CasePlan:
    """Return F-127: a youth with whom no alliance forms, and all three steps that were tried."""
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


def arrival_stories() -> tuple[CasePlan, ...]:
    """Return every case of this part."""
    return (*imports(), *few_sessions(), weak_link(), *many_and_remote(), homework())
