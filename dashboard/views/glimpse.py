"""A block of weeks and counts and nothing else: what a person waits for when a page is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.views.block import BlockBuilder
from dashboard.views.cases import facts_of_cases
from dashboard.views.lanes import LaneTables
from dashboard.views.packing import NONE, Block, Rows

if TYPE_CHECKING:
    from dashboard.views.language import Language
    from dashboard.views.numbers import BlockFrames

COUNTED_AT_ONCE = frozenset({"session_scores"})
"""Frames that only a glimpse is made of: a whole block counts its cells."""

SEEN_AT_ONCE = COUNTED_AT_ONCE | {
    "alliance_by_family_week",
    "case_list",
    "case_sessions",
    "case_therapist_spans",
    "threat_spans",
}
"""Frames of the cases themselves that a glimpse is made of; every other may be empty."""


_SCORED = ("case_id", "session_no", "instrument_family", "scale", "form_count", "lowest_score",
           "highest_score", "is_true_zero")  # fmt: skip


class GlimpseBuilder(BlockBuilder):
    """Builds the part of a block that families by weeks are drawn, filtered and counted by."""

    def __init__(self, frames: BlockFrames, language: Language) -> None:
        super().__init__(frames, language)
        self._said_before: dict[tuple[float | None, bool], tuple[int, int]] = {}

    def build(self) -> Block:
        """Return the block: its page must hold a whole one already, for all that is the same."""
        tables = {
            "sessions": self._days(),
            "scores": self._scores(),
            "weeks": self._weeks(),
            "therapists": self._therapists(),
            "threats": LaneTables(self).threat_filter(),
        }
        same = {"scales": list(self.scales), "threats": list(self.threats)}
        facts = {**same, **facts_of_cases(self), "isGlimpse": True}
        return Block(facts=facts, tables=tables, texts=self.text.texts())

    def _days(self) -> dict[str, list[int]]:
        table = Rows("case", "col", "day", "held")
        for session in self.frames.case_sessions.iter_rows(named=True):
            place = (self.cases[session["case_id"]], session["column_no"])
            table.add(*place, self.day(session["held_on"]), session["status"] == "held")
        return table.columns(key=lambda row: row[:2])

    def _scores(self) -> dict[str, list[int]]:
        names = ("forms", "lowest", "lowestText", "highest", "highestText")
        table = Rows("case", "fam", "col", "scale", *names)
        for (
            case_id,
            session_no,
            family,
            scale,
            forms,
            lowest,
            highest,
            is_true_zero,
        ) in self.frames.session_scores.select(_SCORED).rows():
            if family in self.families:
                column = self.column_of_number[case_id, session_no]
                place = (self.cases[case_id], self.families[family], column, self.scales[scale])
                low, high = self._said(lowest, is_true_zero), self._said(highest, is_true_zero)
                table.add(*place, forms, *low, *high)
        return table.columns(key=lambda row: row[:4])

    def _said(self, score: float | None, is_true_zero: bool) -> tuple[int, int]:  # noqa: FBT001
        """Return a score in hundredths, and the number of its words."""
        key = (score, is_true_zero)
        if key not in self._said_before:
            text = "" if score is None else self.language.number(score, signed=is_true_zero)
            value = NONE if score is None else round(score * 100)
            self._said_before[key] = (value, self.text(text))
        return self._said_before[key]


def build_glimpse(frames: BlockFrames, language: Language) -> Block:
    """Return the block of families by weeks of a set of cases.

    Args:
        frames: Rows of the measures of the same names; those not in ``SEEN_AT_ONCE`` may be empty.
        language: The language its words are in.

    Returns:
        The same cases and weeks as ``build_block`` gives, and in place of cells the counts and
        ends of every session, by which ``summary`` counts the same; no members, no words of
        sessions and no signals. Without cases empty tables.
    """
    return GlimpseBuilder(frames, language).build()
