"""Questions for the group, after the source article: for an open threat, and for a weak link.

The wording is the board's own; the order of the steps for a weak link is the article's: stay
neutral, work from the strongest alliances, then ask the system.
"""

from __future__ import annotations

from typing import Final

from dashboard.domain.vocabulary import Strategy, ThreatType
from dashboard.views.words import N_

Prompt = tuple[str, str]
"""Code of the strategy it belongs to, and a question that names ``{who}``."""

THREAT_PROMPTS: Final[dict[str, tuple[Prompt, ...]]] = {
    ThreatType.LACK_OF_TRUST: (
        (
            Strategy.ACTIVE_LISTENING,
            N_("What has been said by {who} that nobody has yet said back?"),
        ),
        (
            Strategy.NON_JUDGEMENT,
            N_("What would make it safe for {who} to disagree with us in the room?"),
        ),
        (
            Strategy.TRANSPARENCY,
            N_("What is known to {who} of what we write down, and of who reads it?"),
        ),
    ),
    ThreatType.GOAL_MISALIGNMENT: (
        (
            Strategy.COLLABORATIVE_GOAL_SETTING,
            N_("Whose goals are these, and when was {who} last asked?"),
        ),
        (
            Strategy.CONTINUOUS_CHECK_INS,
            N_("How would we notice that the goals of {who} have moved?"),
        ),
        (
            Strategy.ADJUSTING_COURSE,
            N_("If one goal had to wait so that {who} could come along, which one?"),
        ),
    ),
    ThreatType.RESISTANCE_TO_CHANGE: (
        (
            Strategy.MOTIVATIONAL_INTERVIEWING,
            N_("What does staying as it is give to {who}?"),
        ),
        (
            Strategy.VALIDATION_OF_FEELINGS,
            N_("Which feeling of {who} has not been met before change was asked for?"),
        ),
        (
            Strategy.GRADUAL_GUIDING,
            N_("What is the smallest step that {who} could live with?"),
        ),
    ),
}
"""Source: the source article, the three threats and how they are managed."""

LINK_STEPS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        N_("1. Stay neutral"),
        N_("Keep every view in the room without taking a side."),
        N_("Whose view have we repeated most often in this meeting, and whose not at all?"),
    ),
    (
        N_("2. Work from the strongest alliances"),
        N_("Strongest now: {strongest}. Let what works there reach further."),
        N_("What do we do with {strongest} that {who} could take part in?"),
    ),
    (
        N_("3. Ask the system"),
        N_("Circular questions, then reframing."),
        N_(
            "If another member were asked how {who} sees these sessions, what would they say; and "
            "what could it be a sign of, other than unwillingness?"
        ),
    ),
)
"""What the step is called, what it means here, and a question. Source: the source article, when
an alliance is not formed with one or more members."""

SEAT_QUESTIONS: Final[dict[str, tuple[str, str]]] = {
    "rupture": (
        N_("Seen from this seat, what was different around session {session}?"),
        N_("What would be needed for it to be said here?"),
    ),
    "weak": (
        N_("Whose sessions are these?"),
        N_("What would make the hour belong to this seat too?"),
    ),
    "ceiling": (
        N_("What would the answer be if none could be wrong?"),
        N_("Who would mind if it were less than the most?"),
    ),
    "unheard": (
        N_("What may be said by not answering?"),
        N_("Who could rightly speak for this seat?"),
    ),
    "plain": (
        N_("What is hoped here to stay as it is?"),
        N_("For whom is there worry from this seat?"),
    ),
}
"""Two questions to speak from a seat, by what the data say of it."""
