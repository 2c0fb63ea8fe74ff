"""What the ratings say from each member's seat, what they do not say, and the head of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views import signal_words as signals
from dashboard.views import words as say

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

LEAD_SENTENCES = 3
"""Sentences at the head of a case; the rest stands in the picture and beside its cells."""


@dataclass(frozen=True)
class Seat:
    """One member's seat: name, what is known, what is not, and what the questions ask about."""

    name: str
    known: str
    unknown: str
    kind: str
    session_no: int


class Seats:
    """Reads the default scale of each instrument; every state is SQL's."""

    def __init__(self, build: BlockNumbers) -> None:
        self.build = build
        self.language = build.language
        self.rows = build.rows_of("case_rows")
        self.trends = build.rows_of("rating_trends")
        self.ceilings = build.rows_of("ceilings")
        self.links = build.rows_of("member_links")
        self.ruptures = build.rows_of("ruptures")
        self.splits = build.rows_of("splits")
        self.silent = build.rows_of("silent_members")
        self.missing = self._missing()

    def _missing(self) -> dict[tuple[str, str], dict[str, list[int]]]:
        """Return the sessions of each row without a score, by what became of the form."""
        missing: dict[tuple[str, str], dict[str, list[int]]] = {}
        numbers = {
            (row["case_id"], row["session_id"]): row["session_no"]
            for row in self.build.frames.case_sessions.iter_rows(named=True)
        }
        defaults = self.build.family_list["default_scale"].to_list()
        cells = self.build.frames.drawn_cells.filter(
            pl.col("score").is_null()
            & ~pl.col("state").is_in(["not_held", "not_applicable"])
            & pl.col("scale").is_in(defaults)
        )
        names = ("case_id", "row_key", "session_id", "state")
        for case_id, row_key, session_id, state in cells.select(names).iter_rows():
            states = missing.setdefault((case_id, row_key), {})
            number = numbers[case_id, session_id]
            if number not in states.setdefault(state, []):
                states[state].append(number)
        return missing

    def name(self, case_id: str, member_id: str | None) -> str:
        """Return what a member is called in a sentence; nothing for the whole family."""
        if member_id is None:
            return ""
        return self.build.roles.get((case_id, member_id), member_id).lower()

    def named(self, case_id: str, member_id: str | None) -> str:
        """Return a member as a question speaks of them: the youth, parent 2, the family."""
        name = self.name(case_id, member_id)
        if not name:
            return self.language("the family")
        return name if name[-1].isdigit() else self.language("the {member}").format(member=name)

    @staticmethod
    def _default(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["is_default_scale"]]

    def weak_links(self, case_id: str) -> list[tuple[str, str]]:
        """Return each member whose link is weak, and who rates highest with that instrument."""
        links = self._default(self.links.get(case_id, []))
        pairs = []
        for link in links:
            if link["link"] != "weak":
                continue
            same = [row for row in links if row["instrument_id"] == link["instrument_id"]]
            best = max(row["scores"][-1] for row in same)
            strongest = [
                self.named(case_id, row["member_id"])
                for row in same
                if row["scores"][-1] == best and row["member_id"] != link["member_id"]
            ]
            others = ", ".join(strongest) or self.language("the others")
            pairs.append((self.named(case_id, link["member_id"]), others))
        return pairs

    def lead(self, case_id: str) -> list[str]:
        """Return the sentence at the head of a case, strongest reason first."""
        said = [*self._ruptures(case_id), *self._split(case_id), *self._silence(case_id)]
        if said:
            return said[:LEAD_SENTENCES]
        if not self.trends.get(case_id):
            return [self.language("No rating to read: nothing is computed.")]
        return [self.language(_NOTHING)]

    def _ruptures(self, case_id: str) -> list[str]:
        found = [
            row
            for row in self._default(self.ruptures.get(case_id, []))
            if row["is_latest_rupture"] and row["state"] != "repaired"
        ]
        found.sort(key=lambda row: (row["level"] != "marked", row["row_key"]))
        return [self._rupture(case_id, row) for row in found]

    def _rupture(self, case_id: str, row: dict[str, Any]) -> str:
        language = self.language
        series = next(
            trend
            for trend in self.trends[case_id]
            if (trend["row_key"], trend["scale"]) == (row["row_key"], row["scale"])
        )
        at = series["session_nos"].index(row["onset_session_no"])
        sentence = _RUPTURES[row["state"]]
        text = language(sentence)
        return text.format(
            who=self.build.roles.get((case_id, row["member_id"]), row["member_id"]),
            before=language.number(series["scores"][at - 1]),
            session=series["session_nos"][at - 1],
            scores=", ".join(language.number(score) for score in row["scores"]),
            onset=row["onset_session_no"],
            level=signals.level_word(row, language),
        )

    def _split(self, case_id: str) -> list[str]:
        language, said = self.language, []
        for row in self._default(self.splits.get(case_id, [])):
            if not row["is_latest_joint"] or not row["level"]:
                continue
            text = language(
                "Session {session} is split by {range} points ({sd} SD, {raters} raters): highest "
                "{high}, lowest {low}."
            )
            highest, lowest = (
                ", ".join(self.name(case_id, member) for member in row[f"{end}_member_ids"])
                for end in ("highest", "lowest")
            )
            values = {"session": row["session_no"], "raters": row["rater_count"]}
            points = language.number(row["range_points"])
            number = signals.sd(row["range_sd"], language)
            said.append(text.format(**values, range=points, sd=number, high=highest, low=lowest))
        return said

    def _silence(self, case_id: str) -> list[str]:
        text = self.language("Not heard from in {sessions}: {who}.")
        return [
            text.format(
                who=self.name(case_id, row["member_id"]), sessions=self.sessions(row["session_nos"])
            )
            for row in self.silent.get(case_id, [])
        ]

    def sessions(self, numbers: list[int]) -> str:
        """Return sessions in words: session 4; sessions 4, 6 and so on."""
        text = self.language.plural("session {numbers}", "sessions {numbers}", len(numbers))
        return text.format(numbers=", ".join(str(number) for number in numbers))

    def unrated(self, case_id: str, row_key: str) -> str:
        """Return in words at which sessions a row has no score, and what became of the form."""
        text, parts = self.language("{state} in {sessions}"), []
        for state, numbers in self.missing.get((case_id, row_key), {}).items():
            word = say.STATE_WORDS[state]
            said = text.format(state=self.language(word), sessions=self.sessions(sorted(numbers)))
            parts.append(said)
        return "; ".join(parts)

    def of_case(self, case_id: str) -> list[Seat]:
        """Return one seat for each member who has a row, in the order of the picture."""
        seats, seen = [], set[str]()
        for row in self.rows.get(case_id, []):
            if row["kind"] != "member" or row["member_id"] in seen:
                continue
            seen.add(row["member_id"])
            seats.append(self._seat(case_id, row))
        return seats

    def _seat(self, case_id: str, row: dict[str, Any]) -> Seat:
        language, key = self.language, row["row_key"]
        name = self.build.roles.get((case_id, row["member_id"]), row["member_id"])
        trend = self._of(self.trends, case_id, key)
        unrated = self.unrated(case_id, key)
        unknown = (
            language("Not known: why; and {unrated}.").format(unrated=unrated)
            if unrated
            else language("Not known: why, and what was not asked.")
        )
        if trend is None:
            known = language("No rating: nothing is known from this seat.")
            return Seat(name, known, unknown, "unheard", 0)
        kind, session_no, state = self._kind(case_id, row)
        course = language("{first} in session {start}, {latest} in session {end}; {count} ratings.")
        known = course.format(
            first=language.number(trend["first_score"]),
            start=trend["first_session_no"],
            latest=language.number(trend["latest_score"]),
            end=trend["latest_session_no"],
            count=trend["rating_count"],
        )
        return Seat(name, f"{known} {state}".strip(), unknown, kind, session_no)

    def _of(
        self, rows: dict[str, list[dict[str, Any]]], case_id: str, row_key: str
    ) -> dict[str, Any] | None:
        found = self._default(rows.get(case_id, []))
        return next((row for row in found if row["row_key"] == row_key), None)

    def _kind(self, case_id: str, row: dict[str, Any]) -> tuple[str, int, str]:
        language, key = self.language, row["row_key"]
        for rupture in self._default(self.ruptures.get(case_id, [])):
            if rupture["row_key"] == key and rupture["is_latest_rupture"]:
                lead, text = signals.rupture_note(rupture, language)
                return "rupture", rupture["onset_session_no"], f"{lead}, {text}"
        ceiling = self._of(self.ceilings, case_id, key)
        if ceiling and ceiling["is_ceiling"]:
            text = language("The latest {count} forms are perfect: no information.")
            return "ceiling", 0, text.format(count=ceiling["perfect_run"])
        if any(each["member_id"] == row["member_id"] for each in self.silent.get(case_id, [])):
            return "unheard", 0, language("Not heard from lately.")
        link = self._of(self.links, case_id, key)
        if link and link["link"] == "weak":
            return "weak", 0, language("Lately well below the others of the family.")
        return "plain", 0, ""


_NOTHING = say.N_(
    "Nothing that is computed stands out in the latest sessions. That is no finding that all is "
    "well: ask what the forms do not ask."
)
_RUPTURES = {
    "open": say.N_(
        "{who}: {before} in session {session}, then {scores}. Possible rupture, {level}, open "
        "since session {onset}."
    ),
    "unrepaired": say.N_(
        "{who}: {before} in session {session}, then {scores}. Possible rupture since session "
        "{onset}, {level}, not repaired so far."
    ),
}
