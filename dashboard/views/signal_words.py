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
    scales = build.frames.instrument_scales
    names = dict(zip(scales["instrument_id"], scales["instrument_name"], strict=True))
    name = names.get(split["instrument_id"], split["instrument_id"])
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
