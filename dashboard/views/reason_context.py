"""What a reason of the agenda needs to be told in words: who, when, and every value beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from babel.lists import format_list

from dashboard.domain.vocabulary import CellState, Perspective, Reason
from dashboard.views import words as say
from dashboard.views.phrases import row_label
from dashboard.views.reason_words import THE_FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboard.views.language import Language

LEAST_RUN = 2
"""Sessions in a row that are still named one by one."""

_ROW = ("case_id", "row_key")

Series = tuple[str, str, str]
"""Case, instrument and scale."""


@dataclass(frozen=True)
class ReasonFrames:
    """The rows a sentence is told from, each as its measure of the same name promises."""

    agenda_reasons: pl.DataFrame
    drawn_cells: pl.DataFrame
    case_rows: pl.DataFrame
    case_sessions: pl.DataFrame
    threat_spans: pl.DataFrame


@dataclass(frozen=True)
class _Cell:
    member_id: str | None
    row_key: str
    said: str
    is_rated: bool
    is_therapist: bool


class ReasonContext:
    """Finds the words for members, sessions and values that a reason speaks of.

    Args:
        frames: The reasons, and the rows they are about.
        language: The language of the words.
    """

    def __init__(self, frames: ReasonFrames, language: Language) -> None:
        self.language = language
        self.labels = self._labels(frames.case_rows)
        self._threats = frames.threat_spans
        self._zeros: set[tuple[str, str]] = set()
        self._sessions: dict[Series, dict[int, list[_Cell]]] = {}
        reasons = frames.agenda_reasons.filter(pl.col("instrument_id").is_not_null())
        keys = ["case_id", "instrument_id", "scale"]
        wanted = reasons.select(keys).unique()
        held = frames.case_sessions.filter(pl.col("status") == "held")["session_id"]
        is_told = pl.col("session_id").is_in(held.implode()) | pl.col("score").is_not_null()
        perspectives = frames.case_rows.select(*_ROW, "perspective").unique()
        cells = frames.drawn_cells.join(wanted, on=keys, how="semi").filter(is_told)
        told = cells.join(perspectives, on=_ROW, maintain_order="left")
        for cell in told.sort("session_no", maintain_order=True).to_dicts():
            self._keep(cell)
        self._forms = self._own_forms(frames, perspectives)

    def _own_forms(
        self, frames: ReasonFrames, perspectives: pl.DataFrame
    ) -> dict[tuple[str, str], dict[int, str]]:
        """Return what became of the forms of members that are not heard from, by session."""
        reasons = frames.agenda_reasons
        silent = reasons.filter(pl.col("reason_code") == Reason.SILENT_MEMBER)
        members = silent.select("case_id", target_member_id="member_id").unique()
        cells = frames.drawn_cells.join(members, on=["case_id", "target_member_id"], how="semi")
        own = perspectives.filter(pl.col("perspective") == Perspective.SELF)
        forms: dict[tuple[str, str], dict[int, str]] = {}
        for cell in cells.join(own, on=_ROW, how="semi", maintain_order="left").to_dicts():
            of_member = forms.setdefault((cell["case_id"], cell["target_member_id"]), {})
            state = cell["state"]
            if of_member.get(cell["session_no"]) in (None, CellState.NOT_APPLICABLE):
                of_member[cell["session_no"]] = state
        return forms

    def form_state(self, reason: dict[str, Any], session_no: int) -> str:
        """Return in words what became of a member's own form of one session."""
        forms = self._forms.get((reason["case_id"], reason["member_id"]), {})
        said = say.STATE_WORDS.get(forms.get(session_no, ""), say.STATE_WORDS[CellState.NO_RECORD])
        return self.language(said)

    def open_since(self, reason: dict[str, Any]) -> int:
        """Return the session since which the coded threats of a reason are open."""
        if reason["onset_session_no"] is not None:
            return int(reason["onset_session_no"])
        spans = self._threats.filter(
            pl.col("is_open")
            & (pl.col("case_id") == reason["case_id"])
            & pl.col("threat_type").is_in(reason["threat_types"])
        )
        since = spans["from_session_no"].min()
        return int(since) if isinstance(since, int) else max(reason["session_nos"], default=1)

    def _labels(self, rows: pl.DataFrame) -> dict[str, dict[str, str]]:
        labels: dict[str, dict[str, str]] = {}
        for row in rows.filter(pl.col("kind").is_in(["member", "observer"])).to_dicts():
            of_case = labels.setdefault(row["case_id"], {})
            of_case[row["member_id"]] = row_label(row, self.language)
        return labels

    def _keep(self, cell: dict[str, Any]) -> None:
        series = (cell["case_id"], cell["instrument_id"], cell["scale"])
        if cell["is_true_zero"]:
            self._zeros.add(series[1:])
        score = cell["score"]
        said = self.language(say.STATE_WORDS.get(cell["state"], cell["state"]))
        kept = _Cell(
            cell["target_member_id"],
            cell["row_key"],
            said if score is None else self.number(score, *series[1:]),
            score is not None,
            cell["perspective"] == Perspective.THERAPIST,
        )
        self._sessions.setdefault(series, {}).setdefault(cell["session_no"], []).append(kept)

    def number(self, score: float, instrument_id: str = "", scale: str = "") -> str:
        """Return a score as it is shown, with its sign on a scale around zero."""
        return self.language.number(score, signed=(instrument_id, scale) in self._zeros)

    def listed(self, items: Iterable[object]) -> str:
        """Return items as the language lists them, for instance ``7, 8 and 9``."""
        return str(format_list([str(item) for item in items], locale=self.language.code))

    def sessions(self, numbers: Iterable[int]) -> str:
        """Return session numbers as they are said, three and more in a row by their ends."""
        runs: list[list[int]] = []
        for number in sorted(numbers):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        said = [
            [f"{run[0]}\N{EN DASH}{run[-1]}"] if len(run) > LEAST_RUN else [str(n) for n in run]
            for run in runs
        ]
        return self.listed(text for run in said for text in run)

    def role(self, reason: dict[str, Any]) -> str:
        """Return what the member of a reason is called; the family where it names none."""
        if reason["member_id"] is None:
            return self.language(THE_FAMILY)
        row = {"kind": "member", "role": reason["member_role"]}
        return row_label({**row, "role_number": reason["role_number"] or 0}, self.language)

    def course(self, reason: dict[str, Any]) -> list[tuple[int, str, bool]]:
        """Return what stands in a member's row at each held session, in order.

        Returns:
            Session number, score or reason for its absence in words, and whether it is rated;
            of several raters of one member the first row; empty where nothing is recorded.
        """
        found: list[tuple[int, str, bool]] = []
        row_key = ""
        for session_no, cells in self._of(reason).items():
            for cell in cells:
                is_row = cell.row_key == (row_key or cell.row_key)
                if cell.member_id == reason["member_id"] and is_row and not cell.is_therapist:
                    row_key = cell.row_key
                    found.append((session_no, cell.said, cell.is_rated))
        return found

    def together(self, reason: dict[str, Any], session_no: int, *, besides: str = "") -> str:
        """Return everybody's rating of one session in row order, for instance ``parent 38``.

        Args:
            reason: The reason whose case, instrument and scale are meant.
            session_no: The session.
            besides: A member left out.
        """
        cells = self._of(reason).get(session_no, [])
        rated = [
            (label, cell.said)
            for member_id, label in self.labels.get(reason["case_id"], {}).items()
            for cell in cells
            if cell.member_id == member_id != besides and cell.is_rated and not cell.is_therapist
        ]
        return ", ".join(f"{label.lower()} {said}" for label, said in rated)

    def _of(self, reason: dict[str, Any]) -> dict[int, list[_Cell]]:
        key = (reason["case_id"], reason["instrument_id"] or "", reason["scale"] or "")
        return self._sessions.get(key, {})
