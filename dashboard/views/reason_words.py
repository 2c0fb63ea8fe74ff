"""The sentences and marks of the agenda, one for each reason, to be translated.

None says why, none judges and none names a therapist: a reason is something to ask about.
"""

from __future__ import annotations

from typing import Final

from dashboard.domain.vocabulary import Reason
from dashboard.views.words import N_

LONG_COURSE: Final = 8
"""Values that a sentence lists one by one; a longer course is told by its ends."""


def _one(sentence: str) -> tuple[str, str]:
    return sentence, sentence


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with its plural for translation and return both unchanged."""
    return one, many


SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "at": _one(N_("{score} in session {session}")),
    "course": _one(N_("{score} in session {session}, then {then}")),
    "long_course": plural(
        "{begin}, {count} more rating, and {latest} at last",
        "{begin}, {count} more ratings, and {latest} at last",
    ),
    "rupture_open": _one(N_("{who}: {course}. Possible rupture since session {onset}, open.")),
    "rupture_unrepaired": _one(
        N_("{who}: {course}. Possible rupture since session {onset}, not repaired so far.")
    ),
    "split": _one(N_("Session {session} is split: {scores}.")),
    "silent": plural(
        "{who} came to session {sessions}, and it has no rating of theirs: {states}.",
        "{who} came to sessions {sessions}, and none of them has a rating of theirs: {states}.",
    ),
    "gone": _one(N_("{who} rated before, and neither came nor rated at sessions {sessions}.")),
    "growing": _one(
        N_("Between highest and lowest {ranges} points in sessions {sessions}: moving apart.")
    ),
    "repeated": _one(
        N_(
            "Between highest and lowest {ranges} points in sessions {sessions}: split in several "
            "of the latest sessions that were rated together."
        )
    ),
    "weak_link": _one(N_("{who} rates below the others: {scores}; the others then {others}.")),
    "falls": plural(
        "{who}: {scores}, {count} fall in a row up to session {session}, {points} points together.",
        "{who}: {scores}, {count} falls in a row up to session {session}, "
        "{points} points together.",
    ),
    "slip": plural(
        "{who}: {count} perfect form, which says nothing, then {scores}.",
        "{who}: {count} perfect forms, which say nothing, then {scores}.",
    ),
    "gap": _one(
        N_(
            "The therapist’s own form and the family’s lie far apart in session {session}: "
            "{therapist} beside {scores}."
        )
    ),
    "no_strategy": plural(
        "{threat}, coded since session {from} and open for {count} held session: no strategy is "
        "recorded for it.",
        "{threat}, coded since session {from} and open for {count} held sessions: no strategy is "
        "recorded for it.",
    ),
    "no_threat": _one(
        N_(
            "The ratings show something and no threat is coded at session {session}. "
            "Ask what it could be."
        )
    ),
    "calm": _one(
        N_(
            "{threat}, coded since session {from}, and the ratings stay calm. "
            "Ask what the forms cannot say."
        )
    ),
    "thin": plural(
        "{complete} of {expected} expected forms exist for the last {count} held session.",
        "{complete} of {expected} expected forms exist for the last {count} held sessions.",
    ),
    "ending": _one(N_("The case ended unplanned since the last meeting.")),
    "repaired": _one(
        N_("{who}: {course}. Possible rupture in session {onset}, repaired by session {session}.")
    ),
    "narrowed": _one(
        N_("Between highest and lowest {ranges} points in sessions {sessions}: closer now.")
    ),
    "opening": _one(
        N_("{who} opened up: {first} in session {first_no}, {latest} in session {latest_no}.")
    ),
}
"""Sentences by name, as one and as many."""

COMPUTED, CODED, PLAIN = "computed", "coded", ""

GLYPHS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.RUPTURE_MARKED: ("m-rup", COMPUTED),
    Reason.SPLIT_MARKED: ("m-split", COMPUTED),
    Reason.SILENT_MEMBER: ("m-silent", COMPUTED),
    Reason.RUPTURE_NOTABLE: ("m-rup", COMPUTED),
    Reason.SPLIT_WIDENING: ("m-split", COMPUTED),
    Reason.WEAK_LINK: ("m-link", COMPUTED),
    Reason.THREE_FALLS: ("m-falls", COMPUTED),
    Reason.SLIP_FROM_CEILING: ("m-falls", COMPUTED),
    Reason.FAMILY_THERAPIST_GAP: ("m-gap", COMPUTED),
    Reason.THREAT_WITHOUT_STRATEGY: ("g-threat", CODED),
    Reason.SIGNAL_WITHOUT_THREAT: ("g-threat", COMPUTED),
    Reason.THREAT_WITHOUT_SIGNAL: ("g-threat", CODED),
    Reason.THIN_COVERAGE: ("g-partial", PLAIN),
    Reason.UNPLANNED_ENDING: ("m-end", PLAIN),
    Reason.REPAIRED: ("m-rep", COMPUTED),
    Reason.SPLIT_NARROWED: ("m-split", COMPUTED),
    Reason.OPENING_UP: ("m-rise", COMPUTED),
}
"""The sign of each reason and the ink of who speaks: computed, coded, or neither."""

MARKS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.RUPTURE_MARKED: _one(N_("possible rupture, {state}, marked")),
    Reason.SPLIT_MARKED: plural(
        "split, marked, {count} rater",
        "split, marked, {count} raters",
    ),
    Reason.SILENT_MEMBER: plural(
        "not heard from, {count} session",
        "not heard from, {count} sessions",
    ),
    Reason.RUPTURE_NOTABLE: _one(N_("possible rupture, {state}, notable")),
    Reason.SPLIT_WIDENING: _one(N_("split, {state}")),
    Reason.WEAK_LINK: _one(N_("rates below the others")),
    Reason.THREE_FALLS: plural("{count} fall in a row", "{count} falls in a row"),
    Reason.SLIP_FROM_CEILING: _one(N_("slip after perfect forms")),
    Reason.FAMILY_THERAPIST_GAP: _one(N_("therapist’s and family’s forms apart")),
    Reason.THREAT_WITHOUT_STRATEGY: _one(N_("no strategy recorded")),
    Reason.SIGNAL_WITHOUT_THREAT: _one(N_("no threat coded")),
    Reason.THREAT_WITHOUT_SIGNAL: _one(N_("ratings calm")),
    Reason.THIN_COVERAGE: _one(N_("partial, {share} % of expected forms")),
    Reason.UNPLANNED_ENDING: _one(N_("ended, unplanned")),
    Reason.REPAIRED: _one(N_("possible rupture, repaired")),
    Reason.SPLIT_NARROWED: _one(N_("split, narrowed")),
    Reason.OPENING_UP: _one(N_("opening up")),
}
"""The words beside the sign, as one and as many."""

THE_FAMILY: Final = N_("The family")
"""What a reason speaks of where it names no member."""

CODED_THREAT: Final = N_("{threat}, {reporter}")
"""The mark of a threat that somebody coded and that is open now."""

STATES: Final[dict[str, str]] = {
    "open": N_("open"),
    "unrepaired": N_("not repaired so far"),
    "repaired": N_("repaired"),
    "growing": N_("widening"),
    "repeated": N_("repeated"),
}
"""How far a possible rupture has come, and how a split goes on, beside its sign."""

SIGNALS: Final[dict[Reason, str]] = {
    Reason.RUPTURE_MARKED: "ruptures",
    Reason.SPLIT_MARKED: "splits",
    Reason.SILENT_MEMBER: "silent_members",
    Reason.RUPTURE_NOTABLE: "ruptures",
    Reason.SPLIT_WIDENING: "split_trends",
    Reason.WEAK_LINK: "member_links",
    Reason.THREE_FALLS: "falls",
    Reason.SLIP_FROM_CEILING: "ceilings",
    Reason.FAMILY_THERAPIST_GAP: "family_therapist_gaps",
    Reason.THREAT_WITHOUT_STRATEGY: "threats_without_strategy",
    Reason.SIGNAL_WITHOUT_THREAT: "threat_agreement",
    Reason.THREAT_WITHOUT_SIGNAL: "threat_agreement",
    Reason.THIN_COVERAGE: "recent_coverage",
    Reason.REPAIRED: "ruptures",
    Reason.SPLIT_NARROWED: "split_trends",
    Reason.OPENING_UP: "rating_trends",
}
"""The signal that a reason rests on, for "How was this computed?"."""
