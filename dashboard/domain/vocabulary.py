"""The closed word lists of the field: every code that may stand in the native tables.

Source of the words: the source article on the therapeutic alliance in family therapy (threats,
strategies, three steps) and the field's own vocabulary (states, roles, perspectives).
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an instrument is about."""

    ALLIANCE = "alliance"
    OUTCOME = "outcome"
    SESSION_ITEM = "session_item"


class Perspective(StrEnum):
    """Whose seat a form was filled in from."""

    SELF = "self"
    THERAPIST = "therapist"
    OBSERVER = "observer"


class FormState(StrEnum):
    """What became of a form that could have been filled in."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    ABSENT = "absent"
    LOST = "lost"
    NOT_APPLICABLE = "not_applicable"


class CellState(StrEnum):
    """What a cell of the heatmap says: the form states, and two that no form can have."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    ABSENT = "absent"
    LOST = "lost"
    NOT_APPLICABLE = "not_applicable"
    NO_RECORD = "no_record"
    NOT_HELD = "not_held"


class Scale(StrEnum):
    """Scales an alliance or outcome form can yield; no two are ever averaged together."""

    TOTAL = "total"
    BOND = "bond"
    GOALS = "goals"
    TASKS = "tasks"
    OVERALL = "overall"
    ENGAGEMENT = "engagement"
    EMOTIONAL_CONNECTION = "emotional_connection"
    SAFETY = "safety"
    SHARED_PURPOSE = "shared_purpose"
    SELF_THERAPIST = "self_therapist"
    OTHER_THERAPIST = "other_therapist"
    GROUP_THERAPIST = "group_therapist"
    WITHIN_SYSTEM = "within_system"


class ThreatType(StrEnum):
    """The three threats to an alliance named by the source article."""

    LACK_OF_TRUST = "lack_of_trust"
    GOAL_MISALIGNMENT = "goal_misalignment"
    RESISTANCE_TO_CHANGE = "resistance_to_change"


class ThreatStatus(StrEnum):
    """How a coded threat stands."""

    OPEN = "open"
    WATCHING = "watching"
    EASED = "eased"
    RESOLVED = "resolved"


class Reporter(StrEnum):
    """Who coded a threat."""

    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    CLIENT = "client"
    OBSERVER = "observer"


class StrategyContext(StrEnum):
    """What a strategy was meant for."""

    THREAT = "threat"
    PARTIAL_ALLIANCE = "partial_alliance"


class Helpful(StrEnum):
    """The therapist's own word on a strategy, afterwards."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    TOO_EARLY = "too_early"


class Strategy(StrEnum):
    """The fifteen strategies of the source article."""

    ACTIVE_LISTENING = "active_listening"
    EMPATHY = "empathy"
    NON_JUDGEMENT = "non_judgement"
    TRANSPARENCY = "transparency"
    CLEAR_EXPECTATIONS = "clear_expectations"
    COLLABORATIVE_GOAL_SETTING = "collaborative_goal_setting"
    CONTINUOUS_CHECK_INS = "continuous_check_ins"
    ADJUSTING_COURSE = "adjusting_course"
    MOTIVATIONAL_INTERVIEWING = "motivational_interviewing"
    VALIDATION_OF_FEELINGS = "validation_of_feelings"
    GRADUAL_GUIDING = "gradual_guiding"
    MAINTAIN_NEUTRALITY = "maintain_neutrality"
    FOCUS_STRONGEST_ALLIANCES = "focus_strongest_alliances"
    CIRCULAR_QUESTIONING = "circular_questioning"
    REFRAMING = "reframing"


STRATEGY_BELONGS_TO: dict[Strategy, ThreatType | int] = {
    Strategy.ACTIVE_LISTENING: ThreatType.LACK_OF_TRUST,
    Strategy.EMPATHY: ThreatType.LACK_OF_TRUST,
    Strategy.NON_JUDGEMENT: ThreatType.LACK_OF_TRUST,
    Strategy.TRANSPARENCY: ThreatType.LACK_OF_TRUST,
    Strategy.CLEAR_EXPECTATIONS: ThreatType.LACK_OF_TRUST,
    Strategy.COLLABORATIVE_GOAL_SETTING: ThreatType.GOAL_MISALIGNMENT,
    Strategy.CONTINUOUS_CHECK_INS: ThreatType.GOAL_MISALIGNMENT,
    Strategy.ADJUSTING_COURSE: ThreatType.GOAL_MISALIGNMENT,
    Strategy.MOTIVATIONAL_INTERVIEWING: ThreatType.RESISTANCE_TO_CHANGE,
    Strategy.VALIDATION_OF_FEELINGS: ThreatType.RESISTANCE_TO_CHANGE,
    Strategy.GRADUAL_GUIDING: ThreatType.RESISTANCE_TO_CHANGE,
    Strategy.MAINTAIN_NEUTRALITY: 1,
    Strategy.FOCUS_STRONGEST_ALLIANCES: 2,
    Strategy.CIRCULAR_QUESTIONING: 3,
    Strategy.REFRAMING: 3,
}
"""The threat a strategy belongs to, or its step when one member's alliance has not formed.

Source: the source article, "Three threats and how they are managed". Cross-use is allowed and
counted; this table never refuses a row.
"""

LIKELY_COMPONENT: dict[ThreatType, Scale] = {
    ThreatType.LACK_OF_TRUST: Scale.BOND,
    ThreatType.GOAL_MISALIGNMENT: Scale.GOALS,
    ThreatType.RESISTANCE_TO_CHANGE: Scale.TASKS,
}
"""Which component to "look also at" for a threat: our inference, shown as such, fills no data."""


class Role(StrEnum):
    """A member's place in the family."""

    PARENT = "parent"
    STEP_PARENT = "step_parent"
    GRANDPARENT = "grandparent"
    PARTNER = "partner"
    YOUTH = "youth"
    CHILD = "child"
    SIBLING = "sibling"
    OTHER_CAREGIVER = "other_caregiver"
    OTHER = "other"


class AgeBand(StrEnum):
    """Age in bands; exact ages and birth dates have no place in an export."""

    UP_TO_5 = "0-5"
    FROM_6_TO_12 = "6-12"
    FROM_13_TO_17 = "13-17"
    FROM_18_TO_64 = "18-64"
    FROM_65 = "65+"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """A therapist's stage of training."""

    TRAINEE = "trainee"
    QUALIFIED = "qualified"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    UNKNOWN = "unknown"


class CaseRole(StrEnum):
    """A therapist's part in a case."""

    LEAD = "lead"
    CO = "co"
    OBSERVER = "observer"


class Modality(StrEnum):
    """Who the therapy is with."""

    FAMILY = "family"
    COUPLE = "couple"
    PARENT_CHILD = "parent_child"
    INDIVIDUAL_IN_FAMILY = "individual_in_family"


class Referral(StrEnum):
    """How a case came; help that is mandated moderates the alliance-outcome link."""

    VOLUNTARY = "voluntary"
    MANDATED = "mandated"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Ending(StrEnum):
    """How a case ended."""

    ONGOING = "ongoing"
    PLANNED = "planned"
    DROPOUT = "dropout"
    TRANSFERRED = "transferred"
    REFERRED_ON = "referred_on"
    OTHER = "other"


class SessionFormat(StrEnum):
    """How a session was held."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    MIXED = "mixed"


class SessionStatus(StrEnum):
    """Whether a session took place."""

    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Attendance(StrEnum):
    """Whether a member took part in a session."""

    PRESENT = "present"
    ABSENT = "absent"
    INVITED_DECLINED = "invited_declined"
    NOT_INVITED = "not_invited"
    PARTIAL = "partial"


class BetweenSessionWork(StrEnum):
    """What became of work agreed between sessions."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    NOT_SET = "not_set"


class Collected(StrEnum):
    """How a form was collected."""

    IN_ROOM = "in_room"
    REMOTE = "remote"
    PROXY = "proxy"


class ComponentsSource(StrEnum):
    """Where the components of a form come from; a total split into equal parts says nothing."""

    ITEMS = "items"
    TOTAL_SPLIT = "total_split"
    SUBSCALE_ONLY = "subscale_only"


class Axis(StrEnum):
    """What the heatmap's columns follow."""

    SESSION = "session"
    DATE = "date"


class Reason(StrEnum):
    """Why a case may stand on the agenda, strongest first."""

    RUPTURE_MARKED = "rupture_marked"
    SPLIT_MARKED = "split_marked"
    SILENT_MEMBER = "silent_member"
    RUPTURE_NOTABLE = "rupture_notable"
    SPLIT_WIDENING = "split_widening"
    WEAK_LINK = "weak_link"
    THREE_FALLS = "three_falls"
    SLIP_FROM_CEILING = "slip_from_ceiling"
    FAMILY_THERAPIST_GAP = "family_therapist_gap"
    THREAT_WITHOUT_STRATEGY = "threat_without_strategy"
    SIGNAL_WITHOUT_THREAT = "signal_without_threat"
    THREAT_WITHOUT_SIGNAL = "threat_without_signal"
    THIN_COVERAGE = "thin_coverage"
    UNPLANNED_ENDING = "unplanned_ending"
    REPAIRED = "repaired"
    SPLIT_NARROWED = "split_narrowed"
    OPENING_UP = "opening_up"


TALK_ABOUT, WORTH_A_LOOK, GOING_WELL = 1, 2, 3

TIERS: dict[Reason, int] = {
    reason: TALK_ABOUT
    if reason in (Reason.RUPTURE_MARKED, Reason.SPLIT_MARKED, Reason.SILENT_MEMBER)
    else GOING_WELL
    if reason in (Reason.REPAIRED, Reason.SPLIT_NARROWED, Reason.OPENING_UP)
    else WORTH_A_LOOK
    for reason in Reason
}
"""How soon a reason asks to be talked about; the third tier is what may be learned from."""
