"""The screen of threats and strategies as rows of the data block, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dashboard.domain.vocabulary import STRATEGY_BELONGS_TO, Strategy, ThreatType
from dashboard.views import words as say
from dashboard.views.phrases import threat_phrase
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

PARTIAL_ALLIANCE: Final = "partial_alliance"
COLUMN_WORDS: Final[dict[str, str]] = {
    **say.THREAT_WORDS,
    PARTIAL_ALLIANCE: N_("Partial alliance"),
    "threat": N_("A threat that is not named"),
}
"""What a strategy was meant for, in the order of the columns."""

GROUP_WORDS: Final[dict[str, str]] = {
    ThreatType.LACK_OF_TRUST: N_("Belongs to lack of trust"),
    ThreatType.GOAL_MISALIGNMENT: N_("Belongs to misalignment of goals"),
    ThreatType.RESISTANCE_TO_CHANGE: N_("Belongs to resistance to change"),
    PARTIAL_ALLIANCE: N_("Partial alliance, steps 1 to 3"),
}
"""How the source article groups the strategies."""

SIGNAL_WORDS: Final[dict[str, str]] = {
    "rupture_marked": N_("possible rupture, marked"),
    "rupture_notable": N_("possible rupture, notable"),
    "split_marked": N_("split, marked"),
    "split_widening": N_("split, repeated or widening"),
    "weak_link": N_("a member rates below the others"),
    "three_falls": N_("falls in a row"),
    "slip_from_ceiling": N_("slip after perfect forms"),
}
"""What the ratings show where no threat is coded."""


class ThreatRows:
    """Makes the screen of threats and strategies for a set of cases."""

    def __init__(self, build: BlockNumbers) -> None:
        self.build = build
        self.language = build.language
        self.frames = build.frames

    def facts(self) -> dict[str, Any]:
        """Return open threats, disagreements, types by month, and what was tried for what."""
        return {
            "types": [[code, self.language(word)] for code, word in say.THREAT_WORDS.items()],
            "open": self._open(),
            "disagreements": self._disagreements(),
            "months": self._months(),
            "columns": self._columns(),
            "groups": self._groups(),
            "pairs": self._pairs(),
        }

    def _open(self) -> list[list[Any]]:
        """Return case, type, since when and the words of every threat that is open."""
        since = self.language("since session {number}")
        rows: list[list[Any]] = []
        for threat in self.frames.threat_spans.to_dicts():
            number = self.build.cases.get(threat["case_id"])
            if not threat["is_open"] or number is None:
                continue
            began = since.format(number=threat["from_session_no"])
            if threat["from_date"]:
                began = f"{began}, {self.language.long_date(threat['from_date'])}"
            said = threat_phrase(threat, self.language)
            rows.append([number, threat["threat_type"], began, said])
        return sorted(rows, key=lambda row: row[:2])

    def _disagreements(self) -> list[list[Any]]:
        """Return case, kind and what the one side says where the other says nothing."""
        rows: list[list[Any]] = []
        for row in self.frames.threat_agreement.to_dicts():
            number = self.build.cases.get(row["case_id"])
            if row["kind"] is None or number is None:
                continue
            coded = row["kind"] == "threat_without_signal"
            names = say.THREAT_WORDS if coded else SIGNAL_WORDS
            codes = row["threat_types"] if coded else row["signal_codes"]
            said = ", ".join(self.language(names[code]).lower() for code in codes)
            rows.append([number, row["kind"], said, row["latest_held_session_no"]])
        return sorted(rows, key=lambda row: row[0])

    def _months(self) -> list[dict[str, Any]]:
        frame = self.frames.threat_types_by_month
        months: dict[Any, dict[str, Any]] = {}
        for row in frame.to_dicts():
            day = row["month_start_date"]
            name, short = self.language.month_of_year(day), self.language.month(day)
            month = months.setdefault(day, {"name": name, "short": short, "counts": {}})
            counts = [row["opened_count"], row["open_count"], row["case_count"]]
            month["counts"][row["threat_type"]] = counts
        return [months[day] for day in sorted(months)]

    def _columns(self) -> list[list[str]]:
        met = {row["threat_type"] for row in self.frames.threat_strategy_matrix.to_dicts()}
        always = {*say.THREAT_WORDS, PARTIAL_ALLIANCE}
        return [
            [code, self.language(word)]
            for code, word in COLUMN_WORDS.items()
            if code in met or code in always
        ]

    def _groups(self) -> list[dict[str, Any]]:
        cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.frames.threat_strategy_matrix.to_dicts():
            cells.setdefault((row["strategy"], row["threat_type"]), []).append(row)
        groups = []
        for group, title in GROUP_WORDS.items():
            strategies = [each for each in Strategy if _group(each) == group]
            groups.append(
                {
                    "group": group,
                    "title": self.language(title),
                    "rows": [self._strategy(each, cells) for each in strategies],
                }
            )
        return groups

    def _strategy(
        self, strategy: Strategy, cells: dict[tuple[str, str], list[dict[str, Any]]]
    ) -> dict[str, Any]:
        name = say.STRATEGY_WORDS[strategy]
        said = {
            column: self._cell(rows) for (code, column), rows in cells.items() if code == strategy
        }
        return {"name": self.language(name), "cells": said}

    def _cell(self, rows: list[dict[str, Any]]) -> list[str]:
        """Return the lines of one pairing: how often, and what followed where it may be said."""
        first = rows[0]
        uses = self.language.plural("used {count} time", "used {count} times", first["use_count"])
        cases = self.language.plural("in {count} case", "in {count} cases", first["case_count"])
        lines = [
            f"{uses.format(count=first['use_count'])} {cases.format(count=first['case_count'])}"
        ]
        told = [self._followed(row) for row in rows if row["rose_count"] is not None]
        return [*lines, *told] if told else [*lines, self.language("too few cases to say more")]

    def _followed(self, row: dict[str, Any]) -> str:
        names = dict(
            zip(
                self.frames.instrument_scales["instrument_id"],
                self.frames.instrument_scales["instrument_name"],
                strict=True,
            )
        )
        number = self.language.number
        text = self.language(
            "{instrument}, next rating: {rose} higher, {same} the same, {fell} lower; "
            "median {median} points, middle half {lower} to {upper}"
        )
        return text.format(
            instrument=names.get(row["instrument_id"], row["instrument_id"]),
            rose=row["rose_count"],
            same=row["same_count"],
            fell=row["fell_count"],
            median=number(row["change_median"], signed=True),
            lower=number(row["change_lower"], signed=True),
            upper=number(row["change_upper"], signed=True),
        )

    def _pairs(self) -> list[list[Any]]:
        names = {code: self.language(word) for code, word in say.THREAT_WORDS.items()}
        frame = self.frames.threat_cooccurrence
        counts = frame.select("threat_type", "other_type", "case_count", "session_count")
        return [[names[one], names[other], *rest] for one, other, *rest in counts.rows()]


def _group(strategy: Strategy) -> str:
    belongs = STRATEGY_BELONGS_TO[strategy]
    return belongs if isinstance(belongs, ThreatType) else PARTIAL_ALLIANCE
