"""What the group decided: a file of its own, apart from the clinical export and never in it."""

from dashboard.meetings.file import MeetingsFile, Removal
from dashboard.meetings.records import TEXT_LIMIT, Decision, DecisionState, Entry
from dashboard.meetings.rows import CHANGES, DECISIONS, LAST_DISCUSSED, REMOVALS

__all__ = [
    "CHANGES",
    "DECISIONS",
    "LAST_DISCUSSED",
    "REMOVALS",
    "TEXT_LIMIT",
    "Decision",
    "DecisionState",
    "Entry",
    "MeetingsFile",
    "Removal",
]
