"""The words the browser-side module says by itself; it has none of its own."""

from __future__ import annotations

from dashboard.views import words as say
from dashboard.views.language import Language


def interface_words(language: Language) -> dict[str, str]:
    """Return the sentences of the page that change without a server.

    Placeholders in braces are filled by the module.
    """
    return {
        "count": language("{forms} forms · {families} families · lowest {lowest}, highest {highest}"),
        "countOne": language("{forms} forms · 1 family · lowest {lowest}, highest {highest}"),
        "countPlain": language("{forms} forms · {families} families"),
        "threatCount": language("{cases} cases, {with} of {all} sessions"),
        "nothing": language("Nothing selected. Remove a filter to see families again."),
        "noForms": language("No form of this instrument in the selection."),
        "remove": language("remove"),
        "session": language("session"),
        "member": language("member"),
        "family": language("family"),
        "notHeld": language(say.STATE_WORDS["not_held"]),
        "noRating": language("No rating, so nothing is computed and nothing is filled in."),
        "perfect": language(
            "A perfect form carries no information: it is not a good sign and not a bad one."
        ),
        "everyone": language("{session}, everyone"),
        "caseTable": language("{case}, {scale}, member by session"),
        "weekTable": language("Families by week: lowest rating of a member, {scale}"),
        "weekOf": language("week of {day}"),
        "earlierHidden": language("{count} earlier sessions are not drawn; set the dates to see them."),
        "families": language("families {first} to {last} of {all}"),
        "weeks": language("weeks {first} to {last} of {all}"),
        "otherEpisode": language("another episode of care: {case}"),
        "openCase": language("open the case of {family}"),
        "uninterpretable": language(
            "These components come from a total split into equal parts: they say nothing."
        ),
        "noDates": language(say.NO_DATES),
        "tried": language("Tried"),
        "back": language("All families"),
        "from": language("from {day}"),
        "to": language("to {day}"),
    }
