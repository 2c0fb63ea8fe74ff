"""The words the browser-side module says by itself; it has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.domain.vocabulary import CellState
from dashboard.views import words as say
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.views.language import Language


WORDS: Final[dict[str, str]] = {
    "forms": N_("{forms} forms"),
    "formsOne": N_("1 form"),
    "families": N_("{families} families"),
    "familiesOne": N_("1 family"),
    "range": N_("lowest {lowest}, highest {highest}"),
    "threatCount": N_("{cases} cases, {with} of {all} sessions"),
    "nothing": N_("Nothing selected. Remove a filter to see families again."),
    "noForms": N_("No form of this instrument in the selection."),
    "noFormsCase": N_(
        "No form of any instrument is recorded for this case; nothing is drawn and nothing is "
        "filled in."
    ),
    "noForm": N_("no form"),
    "remove": N_("remove"),
    "session": N_("session"),
    "member": N_("member"),
    "family": N_("family"),
    "noRating": N_("No rating, so nothing is computed and nothing is filled in."),
    "perfect": N_(
        "A perfect form carries no information: it is not a good sign and not a bad one."
    ),
    "everyone": N_("{session}, everyone"),
    "caseTable": N_("{case}, {scale}, member by session"),
    "weekTable": N_("Families by week: lowest rating of a member, {scale}"),
    "earlierHidden": N_("{count} earlier sessions are not drawn; set the dates to see them."),
    "otherEpisode": N_("another episode of care: {case}"),
    "openCase": N_("open the case of {family}"),
    "keyScore": N_("fainter = lower on this instrument; a perfect form is hollow"),
    "keyZero": N_("0 is neutral; brown is below it, blue above; the sign is printed"),
    "chooseCell": N_(
        "Choose a cell: click it, or focus the picture or the table and use the arrow keys."
    ),
    "familiesPage": N_("Cases {first} to {last} of {all}"),
    "onThisPage": N_("Page {page} of {pages}: {line}"),
    "onTheAgenda": N_("The {cases} cases shown of the agenda: {line}"),
    "goToPage": N_("Page"),
    "ofPages": N_("of {pages}"),
    "previousFamilies": N_("Previous families"),
    "nextFamilies": N_("Next families"),
    "earlierWeeks": N_("Earlier weeks"),
    "noneInWeeksOne": N_("{count} of these {all} families has nothing to show in these weeks."),
    "noneInWeeks": N_("{count} of these {all} families have nothing to show in these weeks."),
    "laterWeeks": N_("Later weeks"),
    "threatCountOne": N_("1 case, {with} of {all} sessions"),
    "strategyHead": N_("Strategy"),
    "meantHead": N_("Meant for"),
    "afterHead": N_("Rating then → next ones"),
    "helpfulHead": N_("Helpful? (therapist)"),
    "startTitle": N_("Start here"),
    "wellTitle": N_("Going well, to learn from"),
    "orderNote": N_(
        "Order: first what to talk about, then what is worth a look; among equals the case never "
        "or longest ago discussed, then by code. Nobody is ranked."
    ),
    "ownTitle": N_("Each member against their own line"),
    "threatTitle": N_("Questions for the open threat"),
    "linkTitle": N_("When the alliance with one member is weak"),
    "cardsTitle": N_("Perspective cards"),
    "purposeTitle": N_("What the alliance is for"),
    "triedTitle": N_("What was tried, and what came after"),
    "heldBy": N_("held by"),
    "questionHead": N_("Question:"),
    "decisionHead": N_("Decided:"),
    "agreedHead": N_("Agreed:"),
    "reviewHead": N_("Review:"),
    "outcomeHead": N_("What became of it:"),
    "declaredBy": N_("{code}, declared, not verified"),
    "markDone": N_("Done"),
    "markWithdrawn": N_("Withdraw"),
    "noStrategy": N_("none agreed"),
    "wholeFamily": N_("the whole family"),
    "noSessionSince": N_("No session held since."),
    "usedSince": N_("The agreed strategy is recorded in session {sessions}."),
    "notUsedSince": N_("The agreed strategy is not recorded since."),
    "ratingsSince": N_("Ratings after session {session}: {ratings}"),
    "howComputed": N_("How was this computed?"),
    "howInputs": N_("Inputs"),
    "howRules": N_("Thresholds in force, with their sources"),
    "howQuery": N_("rules {version}, query {query}"),
    "howSql": N_("The query itself"),
    "agenda": N_("Agenda"),
    "agendaGroup": N_("{group}, agenda"),
    "agendaCount": N_("cases with something to talk about: {with} of {all}"),
    "moreToTalk": N_("Further cases, in the same order: {count}"),
    "beyondAgenda": N_(
        "{count} more cases have something to talk about. They stand here once a group, "
        "a therapist or a family is chosen."
    ),
    "beyondDue": N_("{count} more decisions are due, of cases that are not on this page."),
    "threatsHeld": N_("These lists are of the {cases} cases this page holds, of {all}."),
    "nothingToTalk": N_(
        "Nothing to talk about: no case of this selection has a reason today. "
        "Every case stands under Families."
    ),
    "decidedOn": N_("decided {day}"),
    "wasDue": N_("decided {day}, was due {due}"),
    "recordHappened": N_("Record what happened"),
    "forFamily": N_("for {family}"),
    "question": N_("Question: {question}"),
    "agreedUsed": N_("Agreed: {strategy}; recorded since then in session {sessions}."),
    "agreedNotUsed": N_("Agreed: {strategy}; not recorded since then."),
    "sinceThen": N_("Since then, from session {first} to {last}: {values}."),
    "nothingSince": N_("No session since then."),
    "noDecisions": N_("Decisions cannot be read now; what you see of the data is unharmed."),
    "openThreats": N_("{threat}: {count} open"),
    "openSince": N_("Open"),
    "codedHow": N_("As coded"),
    "noneOpen": N_("None open in this selection."),
    "codedCalm": N_("Threats coded where the ratings stay calm"),
    "movingUncoded": N_("Ratings that show something where no threat is coded"),
    "coded": N_("Coded"),
    "signal": N_("What the ratings show"),
    "latestSession": N_("Latest session held"),
    "noDisagreement": N_("None in this selection."),
    "noMonths": N_("No threat with a date is coded."),
    "month": N_("Month"),
    "monthCell": N_("{open} open, {opened} coded"),
    "monthTable": N_("Threats by month"),
    "strategy": N_("Strategy"),
    "matrixTable": N_("Strategies by what they were meant for"),
    "threatA": N_("Threat"),
    "threatB": N_("Together with"),
    "casesCount": N_("Cases"),
    "sessionsCount": N_("Sessions"),
    "pairTable": N_("Threats open at the same session of a case"),
    "noPairs": N_("No two types were open at the same session."),
    "strip": N_("{family}, sessions {first} to {last}. {values}"),
    "from": N_("from {day}"),
    "to": N_("to {day}"),
}
"""Sentences by the name the module knows them under."""


DECISION_STATES: Final[dict[str, str]] = {
    "open": N_("decision open"),
    "done": N_("done"),
    "withdrawn": N_("withdrawn"),
}
DECIDE_WORDS: Final[dict[str, str]] = {
    "saving": N_("Being kept …"),
    "kept": N_("Kept."),
    "offline": N_(
        "The board cannot be reached. What you typed stays here; try again when it is back."
    ),
    "unavailable": N_(
        "The meetings file cannot be used now, so nothing was kept. What you typed stays here; try "
        "again."
    ),
    "refused": N_("Nothing was kept: {sentence}"),
    "conflict": N_(
        "Somebody changed this decision meanwhile; it is shown as it stands now. What you typed "
        "stays here: look, and keep it again if it still holds."
    ),
    "gone": N_("This decision is not there any more. What you typed stays here."),
    "failed": N_("It could not be kept. What you typed stays here; try again."),
    "noCode": N_("Type your code first; it is declared, not verified."),
}
"""What is said of an entry, by the code of the answer."""


def interface_words(language: Language) -> dict[str, str]:
    """Return the sentences of the page that change without a server.

    Placeholders in braces are filled by the module.
    """
    not_held = language(say.STATE_WORDS[CellState.NOT_HELD])
    words = {name: language(sentence) for name, sentence in WORDS.items()}
    missing = {
        "notHeld": not_held,
        "noRecord": language(say.STATE_WORDS[CellState.NO_RECORD]),
    }
    decide = {name: language(sentence) for name, sentence in DECIDE_WORDS.items()}
    states = {name: language(word) for name, word in DECISION_STATES.items()}
    words |= {"decideSaid": decide, "states": states}  # type: ignore[dict-item]
    return {**words, **missing, "notHeldSign": f"\u00a0\u00a0{not_held}\u00a0\u00a0"}
