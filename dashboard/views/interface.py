"""The words the browser-side module says by itself; it has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.vocabulary import CellState
from dashboard.views import words as say

if TYPE_CHECKING:
    from dashboard.views.language import Language


def interface_words(language: Language) -> dict[str, str]:
    """Return the sentences of the page that change without a server.

    Placeholders in braces are filled by the module.
    """
    not_held = language(say.STATE_WORDS[CellState.NOT_HELD])
    return {
        "count": language(
            "{forms} forms · {families} families · lowest {lowest}, highest {highest}"
        ),
        "countOne": language("{forms} forms · 1 family · lowest {lowest}, highest {highest}"),
        "countPlain": language("{forms} forms · {families} families"),
        "threatCount": language("{cases} cases, {with} of {all} sessions"),
        "nothing": language("Nothing selected. Remove a filter to see families again."),
        "noForms": language("No form of this instrument in the selection."),
        "noFormsCase": language(
            "No form of any instrument is recorded for this case; nothing is drawn and nothing is "
            "filled in."
        ),
        "noForm": language("no form"),
        "remove": language("remove"),
        "session": language("session"),
        "member": language("member"),
        "family": language("family"),
        "noRating": language("No rating, so nothing is computed and nothing is filled in."),
        "perfect": language(
            "A perfect form carries no information: it is not a good sign and not a bad one."
        ),
        "everyone": language("{session}, everyone"),
        "caseTable": language("{case}, {scale}, member by session"),
        "weekTable": language("Families by week: lowest rating of a member, {scale}"),
        "earlierHidden": language(
            "{count} earlier sessions are not drawn; set the dates to see them."
        ),
        "otherEpisode": language("another episode of care: {case}"),
        "openCase": language("open the case of {family}"),
        "uninterpretable": language(
            "These components come from a total split into equal parts: they say nothing."
        ),
        "keyScore": language("fainter = lower on this instrument; a perfect form is hollow"),
        "keyZero": language("0 is neutral; brown is below it, blue above; the sign is printed"),
        "chooseCell": language(
            "Choose a cell: click it, or focus the picture or the table and use the arrow keys."
        ),
        "familiesPage": language("Families {first} to {last} of {all}"),
        "previousFamilies": language("Previous families"),
        "nextFamilies": language("Next families"),
        "earlierWeeks": language("Earlier weeks"),
        "laterWeeks": language("Later weeks"),
        "notHeldSign": f"\u00a0\u00a0{not_held}\u00a0\u00a0",
        "threatCountOne": language("1 case, {with} of {all} sessions"),
        "from": language("from {day}"),
        "to": language("to {day}"),
    }
