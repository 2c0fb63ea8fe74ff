"""Sentences about what was computed: prompts to ask about something, never findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.views import words as say
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.views.language import Language
    from dashboard.views.numbers import BlockNumbers

LEVEL_WORDS: Final[dict[str, str]] = {"notable": N_("notable"), "marked": N_("marked")}

_RUPTURE_STATES: Final[dict[str, str]] = {
    "open": N_("open since session {onset}, {level}."),
    "unrepaired": N_("since session {onset}, not repaired so far, {level}."),
    "repaired": N_("from session {onset}, {level}, repaired in session {end}."),
}
_FIT: Final[dict[str, str]] = {
    "fell": N_("{points} lower than at the rating before: ask what was different."),
    "below_cutoff": N_("below the instrument’s cut-off: ask what would have to be different."),
    "fell_and_below": N_(
        "{points} lower than at the rating before, and below the instrument’s cut-off: ask what "
        "was different."
    ),
}

_LINKS: Final[dict[str, str]] = {
    "weak": N_("Below the others"),
    "strong": N_("Above the others"),
}
_GAPS: Final[dict[bool, str]] = {
    True: N_(
        "the therapist’s {score} lies {points} points ({sd} SD) above the mean of the members’ "
        "own forms, {mean}; the line is {cut} SD."
    ),
    False: N_(
        "the therapist’s {score} lies {points} points ({sd} SD) below the mean of the members’ "
        "own forms, {mean}; the line is {cut} SD."
    ),
}
_MANUFACTURED: Final[dict[str, str]] = {
    "total_split": N_(
        "bond, goals and tasks come from a total that was split into equal parts: they say nothing."
    ),
    "equal_answers": N_(
        "four equal answers below the maximum: the total stands, its parts are not read."
    ),
}
_REFUSED: Final[dict[str, str]] = {
    "too_few_members": N_(
        "{what}: too early to say, too few members of the service have rated with this form."
    ),
    "no_spread": N_(
        "{what}: not judged, the ratings of the service do not differ enough to measure it by."
    ),
}
"""Why something was not computed, in words; a member's own few ratings are told otherwise."""

Note = tuple[str, str]
"""What is said first, in bold, and the rest of the sentence."""


def sd(value: float, language: Language) -> str:
    """Return a number of standard deviations, to one decimal."""
    return language.number(round(value, 1))


def points(value: float, language: Language) -> str:
    """Return a difference of scores, without a sign, as points."""
    return language.number(round(abs(value), 1))


def level_word(row: dict[str, Any], language: Language) -> str:
    """Return the level of a split or a rupture: notable or marked."""
    word = LEVEL_WORDS[row["level"]]
    return language(word)


def range_name(build: BlockNumbers, split: dict[str, Any]) -> str:
    """Return what the lane of ranges is called: the instrument and the scale compared."""
    name = build.instrument_names.get(split["instrument_id"], split["instrument_id"])
    scale = say.SCALE_WORDS[split["scale"]]
    text = build.language("Range, {instrument} {scale}")
    return text.format(instrument=name, scale=build.language(scale))


def rupture_note(rupture: dict[str, Any], language: Language) -> Note:
    """Return what a possible rupture is, against the member's own earlier ratings.

    Args:
        rupture: One row of ``ruptures``.
        language: The language of the words.
    """
    sentence = _RUPTURE_STATES[rupture["state"]]
    state = language(sentence).format(
        onset=rupture["onset_session_no"],
        level=level_word(rupture, language),
        end=rupture["repaired_session_no"],
    )
    depth = language(
        "Lowest {points} points ({sd} SD) under the own mean before session {onset}, {mean}."
    ).format(
        points=points(rupture["depth"], language),
        sd=sd(rupture["depth_sd"], language),
        onset=rupture["onset_session_no"],
        mean=language.number(round(rupture["reference"], 1)),
    )
    return language("Possible rupture"), f"{state} {depth}"


def split_note(
    split: dict[str, Any], roles: dict[tuple[str, str], str], language: Language
) -> Note:
    """Return how far apart one session was rated, by how many, and where the line lies.

    Args:
        split: One row of ``splits`` with a level.
        roles: What each member of each case is called.
        language: The language of the words.
    """

    def who(members: list[str]) -> str:
        named = (roles.get((split["case_id"], member), member) for member in members)
        return ", ".join(named).lower()

    text = language(
        "{level}: highest {high} {highest}, lowest {low} {lowest}. Range {range}, {sd} SD among "
        "{raters} raters; the line for {raters} raters is {cut} SD."
    ).format(
        level=level_word(split, language),
        high=who(split["highest_member_ids"]),
        highest=language.number(split["highest_score"]),
        low=who(split["lowest_member_ids"]),
        lowest=language.number(split["lowest_score"]),
        range=language.number(split["range_points"]),
        sd=sd(split["range_sd"], language),
        raters=split["rater_count"],
        cut=language.number(round(split[f"cut_{split['level']}"], 2)),
    )
    return language("Split"), text


def fit_note(change: dict[str, Any], language: Language) -> Note:
    """Return the prompt of feedback-informed treatment: a reason to ask, nearly every case has one.

    Args:
        change: One row of ``rating_changes`` with a prompt.
        language: The language of the words.
    """
    fell = points(change["change"] or 0, language)
    sentence = _FIT[change["fit_prompt"]]
    return language("Ask"), language(sentence).format(points=fell)


def reliable_note(change: dict[str, Any], language: Language) -> Note:
    """Return by how much a rating fell, beside what measurement error would rarely reach."""
    text = language(
        "{points} points since the rating before; measurement error alone rarely reaches "
        "{criterion}."
    )
    said = text.format(
        points=points(change["change"], language),
        criterion=points(change["reliable_criterion"], language),
    )
    return language("Reliable drop"), said


def falls_note(fall: dict[str, Any], language: Language) -> Note:
    """Return a run of falls; three in a row happen by chance in one of 24 runs."""
    text = language("{scores}: {points} points together.")
    scores = ", ".join(language.number(score) for score in fall["run_scores"])
    said = text.format(scores=scores, points=points(fall["fall_points"], language))
    lead = language("{count} falls in a row").format(count=fall["falls_in_row"])
    return lead, said


def limit_note(limit: dict[str, Any], language: Language) -> Note:
    """Return that a rating lies below the member's own lower limit."""
    text = language("{limit}, from the first six ratings (their mean is {mean}).")
    said = text.format(
        limit=language.number(round(limit["lower_limit"], 1)),
        mean=language.number(round(limit["own_mean"], 1)),
    )
    return language("Below own lower limit"), said


def slip_note(ceiling: dict[str, Any], language: Language) -> Note:
    """Return that perfect forms were followed by lower ones."""
    text = language("{count} perfect forms, then {scores}.")
    scores = ", ".join(language.number(score) for score in ceiling["slip_scores"])
    said = text.format(count=ceiling["perfect_before"], scores=scores)
    return language("Slip from the ceiling"), said


def link_note(link: dict[str, Any], language: Language) -> Note:
    """Return how far one rating lies from the mean of the others, and where the line lies.

    Args:
        link: One row of ``links`` that is weak or strong.
        language: The language of the words.
    """
    text = language(
        "{points} points ({sd} SD) from the mean of the others, {mean}; the line for {raters} "
        "raters is {cut} SD."
    )
    said = text.format(
        points=points(link["gap"], language),
        sd=sd(abs(link["gap_sd"]), language),
        mean=language.number(round(link["others_mean"], 1)),
        raters=link["rater_count"],
        cut=language.number(round(link["cut"], 2)),
    )
    lead = _LINKS["weak" if link["is_weak"] else "strong"]
    return language(lead), said


def gap_note(gap: dict[str, Any], language: Language) -> Note:
    """Return how far a therapist's own form lies from the members' forms of that session.

    Args:
        gap: One row of ``family_therapist_gaps`` that lies beyond the line.
        language: The language of the words.
    """
    sentence = _GAPS[gap["gap"] > 0]
    said = language(sentence).format(
        score=language.number(gap["therapist_score"]),
        points=points(gap["gap"], language),
        sd=sd(abs(gap["gap_sd"]), language),
        mean=language.number(round(gap["members_mean"], 1)),
        cut=language.number(round(gap["cut"], 2)),
    )
    return language("Family and therapist apart"), said


def manufactured_note(form: dict[str, Any], language: Language) -> Note:
    """Return why the components of a form are not read."""
    sentence = _MANUFACTURED[form["reason"]]
    return language("Components that say nothing"), language(sentence)


def refusals(ruptures: str | None, drops: str | None, language: Language) -> list[str]:
    """Return in words what could not be judged about a series, and why.

    Args:
        ruptures: Reason of ``rupture_readiness``.
        drops: Refusal of ``rating_changes``.
        language: The language of the words.

    Returns:
        A sentence for each reason; none where everything is judged or only the member's own
        ratings are still too few, which the line itself says.
    """
    named: dict[str, list[str]] = {}
    for reason, lead in ((ruptures, "Possible rupture"), (drops, "Reliable drop")):
        if reason in _REFUSED:
            named.setdefault(reason, []).append(language(lead))
    return [
        language(_REFUSED[reason]).format(what=", ".join(leads).capitalize())
        for reason, leads in named.items()
    ]
