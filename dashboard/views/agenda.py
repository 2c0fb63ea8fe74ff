"""The agenda as rows of the data block: sentences, marks and where a strip's lines stand."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from dashboard.domain.vocabulary import GOING_WELL, Reason
from dashboard.views import words as say
from dashboard.views.reason_context import ReasonContext, ReasonFrames
from dashboard.views.reason_words import SIGNALS
from dashboard.views.reasons import reason_mark, reason_sentence, threat_mark

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

START_HERE = 3
"""Cases under "Start here"; the rest follow folded. Source: decisions.md, "The agenda"."""

LEARN_FROM = 2
"""Cases going well that are shown beside."""

STRIP_SESSIONS = 14
"""Sessions that fit a small picture; the label of the picture says which they are."""

_RUPTURES = (Reason.RUPTURE_MARKED, Reason.RUPTURE_NOTABLE, Reason.REPAIRED)


class AgendaRows:
    """Makes the agenda of a set of cases, in the order of ``agenda_reasons``."""

    def __init__(self, build: BlockNumbers) -> None:
        frames = build.frames
        self.build = build
        self.reasons = frames.agenda_reasons
        self.context = ReasonContext(
            ReasonFrames(
                agenda_reasons=frames.agenda_reasons,
                drawn_cells=frames.drawn_cells,
                case_rows=frames.case_rows,
                case_sessions=frames.case_sessions,
                threat_spans=frames.threat_spans,
            ),
            build.language,
        )
        self.open_threats: dict[str, list[dict[str, Any]]] = {}
        for threat in frames.threat_spans.to_dicts():
            if threat["is_open"]:
                self.open_threats.setdefault(threat["case_id"], []).append(threat)
        self.row_numbers = {
            (row["case_id"], row["instrument_family"], row["instrument_id"], row["member_id"]): key
            for row in reversed(frames.case_rows.to_dicts())
            if row["member_id"] is not None
            for key in (row["row_key"],)
        }
        self.family_of = dict(
            zip(
                frames.instrument_scales["instrument_id"],
                frames.instrument_scales["instrument_family"],
                strict=True,
            )
        )
        self.case_facts = {row["case_id"]: row for row in build.case_list.to_dicts()}

    def facts(self) -> dict[str, Any]:
        """Return the agenda with how many cases it shows where."""
        return {
            "entries": self.entries(),
            "uses": self._uses(),
            "strategies": {
                code: self.build.language(name) for code, name in say.STRATEGY_WORDS.items()
            },
            "startHere": START_HERE,
            "learnFrom": LEARN_FROM,
            "stripSessions": STRIP_SESSIONS,
        }

    def entries(self) -> list[dict[str, Any]]:
        """Return one entry for each case with a reason, strongest reason first.

        Returns:
            For each case its number, its tier, every reason as parts of a sentence, the marks,
            and the split bracket and rupture lines of its small picture; none without reasons.
        """
        rows = [row for row in self.reasons.to_dicts() if row["case_id"] in self.build.cases]
        return [
            self._entry(case_id, list(reasons))
            for case_id, reasons in groupby(rows, key=lambda row: row["case_id"])
        ]

    def _entry(self, case_id: str, reasons: list[dict[str, Any]]) -> dict[str, Any]:
        family = self._family(case_id, reasons)
        marks = dict.fromkeys(reason_mark(reason, self.context) for reason in reasons)
        threats = [threat_mark(each, self.context) for each in self.open_threats.get(case_id, [])]
        return {
            "case": self.build.cases[case_id],
            "well": reasons[0]["case_tier"] == GOING_WELL,
            "meta": self._meta(case_id),
            "reasons": [
                [list(part) for part in reason_sentence(reason, self.context).parts]
                for reason in reasons
            ],
            "marks": [list(mark) for mark in dict.fromkeys([*marks, *threats])],
            "signals": self._signals(reasons),
            "family": self.build.families.get(family, 0),
            **self._lines(case_id, family, reasons),
        }

    @staticmethod
    def _signals(reasons: list[dict[str, Any]]) -> list[str]:
        codes = [Reason(reason["reason_code"]) for reason in reasons]
        return list(dict.fromkeys(SIGNALS[code] for code in codes if code in SIGNALS))

    def _uses(self) -> dict[str, list[list[Any]]]:
        """Return which strategy was used at which session, by the number of the case."""
        uses: dict[str, list[list[Any]]] = {}
        for use in self.build.uses.to_dicts():
            number = self.build.cases.get(use["case_id"])
            if number is not None:
                uses.setdefault(str(number), []).append([use["session_no"], use["strategy"]])
        return uses

    def _meta(self, case_id: str) -> str:
        facts, language = self.case_facts[case_id], self.build.language
        count = facts["held_count"]
        held = language.plural("{count} session held", "{count} sessions held", count)
        modality = say.MODALITY_WORDS[facts["modality"]]
        return f"{language(modality)}, {held.format(count=count)}"

    def _family(self, case_id: str, reasons: list[dict[str, Any]]) -> str:
        """Return the instrument family of the strongest reason that has one."""
        for reason in reasons:
            family = self.family_of.get(reason["instrument_id"])
            if family in self.build.families:
                return str(family)
        for family in self.case_facts[case_id]["instrument_families"]:
            if family in self.build.families:
                return str(family)
        return ""

    def _lines(self, case_id: str, family: str, reasons: list[dict[str, Any]]) -> dict[str, Any]:
        ruptures: list[list[int]] = []
        split: list[int] = []
        for reason in reasons:
            code = Reason(reason["reason_code"])
            if code in _RUPTURES:
                row = self._row(case_id, family, reason, reason["member_id"])
                ends = [self._column(case_id, number) for number in self._ends(reason)]
                if row is not None and None not in ends:
                    ruptures.append([row, *ends, code == Reason.REPAIRED])  # type: ignore[list-item]
            elif code == Reason.SPLIT_MARKED and not split:
                split = self._bracket(case_id, family, reason)
        return {"ruptures": ruptures, "split": split}

    @staticmethod
    def _ends(reason: dict[str, Any]) -> tuple[int, int]:
        return reason["onset_session_no"], reason["end_session_no"]

    def _bracket(self, case_id: str, family: str, reason: dict[str, Any]) -> list[int]:
        column = self._column(case_id, max(reason["session_nos"]))
        members = [*reason["highest_member_ids"], *reason["lowest_member_ids"]]
        rows = [self._row(case_id, family, reason, member) for member in members]
        found = [row for row in rows if row is not None]
        return [column, min(found), max(found)] if found and column is not None else []

    def _column(self, case_id: str, session_no: int) -> int | None:
        return self.build.column_of_number.get((case_id, session_no))

    def _row(
        self, case_id: str, family: str, reason: dict[str, Any], member_id: str | None
    ) -> int | None:
        key = self.row_numbers.get((case_id, family, reason["instrument_id"], member_id))
        return None if key is None else self.build.rows.get((case_id, family, key))
