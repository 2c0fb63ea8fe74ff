"""Every word that a picture or a page says for a code, as translatable sentences.

Values stay codes in data and URLs; the words below are looked up when something is shown.
"""

from __future__ import annotations

from typing import Final

from dashboard.domain.vocabulary import (
    CellState,
    Reporter,
    Role,
    Scale,
    Strategy,
    ThreatStatus,
    ThreatType,
)


def N_(message: str) -> str:  # noqa: N802 - the conventional name of the gettext marker
    """Mark a word for translation and return it unchanged."""
    return message


STATE_WORDS: Final[dict[str, str]] = {
    CellState.PARTIAL: N_("partly filled in"),
    CellState.DECLINED: N_("declined"),
    CellState.NOT_OFFERED: N_("not offered"),
    CellState.ABSENT: N_("absent"),
    CellState.LOST: N_("lost"),
    CellState.NOT_APPLICABLE: N_("not applicable"),
    CellState.NO_RECORD: N_("no record"),
    CellState.NOT_HELD: N_("session not held"),
}

SCALE_WORDS: Final[dict[str, str]] = {
    Scale.TOTAL: N_("total"),
    Scale.BOND: N_("bond"),
    Scale.GOALS: N_("goals"),
    Scale.TASKS: N_("tasks"),
    Scale.OVERALL: N_("overall"),
    Scale.ENGAGEMENT: N_("engagement"),
    Scale.EMOTIONAL_CONNECTION: N_("emotional connection"),
    Scale.SAFETY: N_("safety"),
    Scale.SHARED_PURPOSE: N_("shared purpose"),
    Scale.SELF_THERAPIST: N_("self with therapist"),
    Scale.OTHER_THERAPIST: N_("others with therapist"),
    Scale.GROUP_THERAPIST: N_("group with therapist"),
    Scale.WITHIN_SYSTEM: N_("within the family"),
}

THREAT_WORDS: Final[dict[str, str]] = {
    ThreatType.LACK_OF_TRUST: N_("Lack of trust"),
    ThreatType.GOAL_MISALIGNMENT: N_("Misalignment of goals"),
    ThreatType.RESISTANCE_TO_CHANGE: N_("Resistance to change"),
}

THREAT_STATUS_WORDS: Final[dict[str, str]] = {
    ThreatStatus.OPEN: N_("open"),
    ThreatStatus.WATCHING: N_("watching"),
    ThreatStatus.EASED: N_("eased"),
    ThreatStatus.RESOLVED: N_("resolved"),
}

REPORTER_WORDS: Final[dict[str, str]] = {
    Reporter.THERAPIST: N_("coded by therapist"),
    Reporter.SUPERVISOR: N_("coded by supervisor"),
    Reporter.CLIENT: N_("said by a member"),
    Reporter.OBSERVER: N_("coded by observer"),
}

ROLE_WORDS: Final[dict[str, str]] = {
    Role.PARENT: N_("Parent"),
    Role.STEP_PARENT: N_("Step-parent"),
    Role.GRANDPARENT: N_("Grandparent"),
    Role.PARTNER: N_("Partner"),
    Role.YOUTH: N_("Youth"),
    Role.CHILD: N_("Child"),
    Role.SIBLING: N_("Sibling"),
    Role.OTHER_CAREGIVER: N_("Caregiver"),
    Role.OTHER: N_("Member"),
}

STRATEGY_WORDS: Final[dict[str, str]] = {
    Strategy.ACTIVE_LISTENING: N_("active listening"),
    Strategy.EMPATHY: N_("empathy"),
    Strategy.NON_JUDGEMENT: N_("a non-judgemental stance"),
    Strategy.TRANSPARENCY: N_("transparency"),
    Strategy.CLEAR_EXPECTATIONS: N_("clear expectations"),
    Strategy.COLLABORATIVE_GOAL_SETTING: N_("collaborative goal-setting"),
    Strategy.CONTINUOUS_CHECK_INS: N_("continuous check-ins"),
    Strategy.ADJUSTING_COURSE: N_("adjusting the course"),
    Strategy.MOTIVATIONAL_INTERVIEWING: N_("motivational interviewing"),
    Strategy.VALIDATION_OF_FEELINGS: N_("validation of feelings"),
    Strategy.GRADUAL_GUIDING: N_("gradual guiding"),
    Strategy.MAINTAIN_NEUTRALITY: N_("maintaining neutrality"),
    Strategy.FOCUS_STRONGEST_ALLIANCES: N_("focus on the strongest alliances"),
    Strategy.CIRCULAR_QUESTIONING: N_("circular questioning"),
    Strategy.REFRAMING: N_("reframing"),
}

MODALITY_WORDS: Final[dict[str, str]] = {
    "family": N_("Family therapy"),
    "couple": N_("Couple therapy"),
    "parent_child": N_("Parent and child"),
    "individual_in_family": N_("Individual, family in mind"),
}

REFERRAL_WORDS: Final[dict[str, str]] = {
    "voluntary": N_("Referral: voluntary"),
    "mandated": N_("Referral: mandated"),
    "mixed": N_("Referral: mixed"),
    "unknown": N_("Referral: not stated"),
}

ENDING_WORDS: Final[dict[str, str]] = {
    "ongoing": N_("ongoing"),
    "planned": N_("ended as planned"),
    "dropout": N_("ended, unplanned"),
    "transferred": N_("transferred"),
    "referred_on": N_("referred on"),
    "other": N_("ended"),
}

NO_DATES: Final = N_(
    "These data have no session dates: the date axis, the date filter and the overview by weeks "
    "are left out. Session order carries everything else."
)
SHARED_PURPOSE: Final = N_("Shared purpose")
THERAPIST_VIEW: Final = N_("Therapist’s view")
OBSERVED: Final = N_("observed")
"""Words of rows that are no member's own."""

SAMPLE_NOTE: Final = N_("invented sample data")
"""What the sample service says of itself; the note of another service is shown as it stands."""
