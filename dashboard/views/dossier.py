"""What stands around the picture of a case, as rows of texts: nothing in it is decided later.

Parts: the sentence at the head, what was tried and what came after, questions for an open threat
and for a weak link, and one card for each member's seat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.views import words as say
from dashboard.views.article import LINK_STEPS, SEAT_QUESTIONS, THREAT_PROMPTS
from dashboard.views.lanes import _letters
from dashboard.views.packing import Columns, Rows
from dashboard.views.purpose import Purpose

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers
    from dashboard.views.seats import Seats

LEAD, TRIED, THREAT, LINK, CARD, PURPOSE = range(6)
"""Numbers of the parts, as the engine knows them."""


class Dossier:
    """The texts of every case, by part, item and field."""

    def __init__(self, build: BlockNumbers, seats: Seats) -> None:
        self.build = build
        self.language = build.language
        self.seats = seats
        self.purpose = Purpose(build)
        self.followups = build.rows_of("strategy_followups")
        self.uses = build.uses_of
        self.threats = build.rows_of("threat_spans")
        self.rows = Rows("case", "part", "item", "field", "text")

    def table(self) -> Columns:
        """Return the rows of every case: part, item, field and text."""
        for case_id in self.build.cases:
            self._put(case_id, LEAD, [[text] for text in self.seats.lead(case_id)])
            self._put(case_id, TRIED, self._tried(case_id))
            self._put(case_id, THREAT, self._threats(case_id))
            self._put(case_id, LINK, self._links(case_id))
            self._put(case_id, CARD, self._cards(case_id))
            self._put(case_id, PURPOSE, self.purpose.table(case_id))
        return self.rows.columns()

    def _put(self, case_id: str, part: int, items: list[list[str]]) -> None:
        number = self.build.cases[case_id]
        for item, fields in enumerate(items):
            for field, text in enumerate(fields):
                self.rows.add(number, part, item, field, self.build.text(text))

    def _tried(self, case_id: str) -> list[list[str]]:
        language, uses = self.language, self.uses.get(case_id, [])
        items = []
        for letter, use in zip(_letters(len(uses)), uses, strict=True):
            strategy = say.STRATEGY_WORDS[use["strategy"]]
            meant = say.THREAT_WORDS.get(use["threat_type"] or "")
            purpose = language(meant) if meant else language("a link that is weak")
            member = self.seats.name(case_id, use["member_id"])
            helpful = HELPFUL_WORDS.get(use["helpful"] or "")
            items.append(
                [
                    letter,
                    str(use["session_no"]),
                    language(strategy),
                    purpose,
                    member or language("the family"),
                    self._after(case_id, use["strategy_id"]),
                    language(helpful) if helpful else "",
                ]
            )
        return items

    def _after(self, case_id: str, strategy_id: str) -> str:
        """Return each rating at the session of use and those that came next, in order."""
        language, said = self.language, []
        for row in self.followups.get(case_id, []):
            if row["strategy_id"] != strategy_id:
                continue
            then = "–" if row["score_then"] is None else language.number(row["score_then"])
            pairs = zip(row["next_scores"], row["next_states"], strict=True)
            after = ", ".join(self._score(score, state) for score, state in pairs)
            after = after or language("no later rating yet")
            course = f"{then} → {after}"
            name = self.seats.name(case_id, row["member_id"])
            said.append(f"{name} {course}" if row["is_for_family"] else course)
        return "; ".join(said) or language("no rating of a member concerned")

    def _score(self, score: float | None, state: str) -> str:
        if score is not None:
            return self.language.number(score)
        word = say.STATE_WORDS.get(state)
        return self.language(word) if word else state

    def _threats(self, case_id: str) -> list[list[str]]:
        language, items, told = self.language, [], set()
        for threat in self.threats.get(case_id, []):
            key = (threat["threat_type"], threat["member_id"])
            if not threat["is_open"] or key in told:
                continue
            told.add(key)
            title = say.THREAT_WORDS[threat["threat_type"]]
            who = self.seats.named(case_id, threat["member_id"])
            for strategy, question in THREAT_PROMPTS[threat["threat_type"]]:
                word = say.STRATEGY_WORDS[strategy]
                asked = language(question).format(who=who)
                items.append([f"{language(title)}: {who}", language(word), asked])
        return items

    def _links(self, case_id: str) -> list[list[str]]:
        language, items = self.language, []
        for member, strongest in self.seats.weak_links(case_id):
            for title, meaning, question in LINK_STEPS:
                words = {"who": member, "strongest": strongest}
                texts = (language(text).format(**words) for text in (meaning, question))
                items.append([member, language(title), *texts])
        return items

    def _cards(self, case_id: str) -> list[list[str]]:
        items = []
        for seat in self.seats.of_case(case_id):
            questions = SEAT_QUESTIONS[seat.kind]
            asked = (self.language(text).format(session=seat.session_no) for text in questions)
            items.append([seat.name, seat.known, seat.unknown, *asked])
        return items


HELPFUL_WORDS: dict[str, str] = {
    "yes": say.N_("yes"),
    "partly": say.N_("partly"),
    "no": say.N_("no"),
    "too_early": say.N_("too early to say"),
}
"""The therapist's own word about a strategy, afterwards."""


def uses_table(build: BlockNumbers) -> Columns:
    """Return which strategy was used at which session: case, number of the session, strategy."""
    table, codes = Rows("case", "no", "strategy"), list(say.STRATEGY_WORDS)
    for use in build.uses.iter_rows(named=True):
        if use["case_id"] in build.cases:
            number = build.cases[use["case_id"]]
            table.add(number, use["session_no"], codes.index(use["strategy"]))
    return table.columns()


def dossier_table(build: BlockNumbers, seats: Seats) -> Columns:
    """Return what stands around the picture of every case.

    Args:
        build: The block that is being built, its rows already placed.
        seats: What the ratings say from each seat of the block.

    Returns:
        One row for each text: case, part, item, field, text; a part that has nothing to say has
        no row, and the page leaves it out.
    """
    return Dossier(build, seats).table()
