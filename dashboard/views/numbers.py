"""Frames of a set of cases, and the numbers their codes have inside one block."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.domain.codes import natural_order
from dashboard.views import words as say
from dashboard.views.packing import NONE, TextPool

if TYPE_CHECKING:
    from dashboard.views.language import Language

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class BlockFrames:
    """The frames of a set of cases, each as its measure of the same name promises.

    Where its header says which rows are told, the others may be missing.
    """

    drawn_cells: pl.DataFrame
    case_list: pl.DataFrame
    case_rows: pl.DataFrame
    case_sessions: pl.DataFrame
    case_therapist_spans: pl.DataFrame
    threat_spans: pl.DataFrame
    strategy_uses: pl.DataFrame
    alliance_by_family_week: pl.DataFrame
    instrument_family_list: pl.DataFrame
    instrument_scales: pl.DataFrame
    display_steps: pl.DataFrame
    splits: pl.DataFrame
    ruptures: pl.DataFrame
    rating_changes: pl.DataFrame
    falls: pl.DataFrame
    own_limits: pl.DataFrame
    ceilings: pl.DataFrame
    rules_in_force: pl.DataFrame
    rating_trends: pl.DataFrame
    member_links: pl.DataFrame
    silent_members: pl.DataFrame
    strategy_followups: pl.DataFrame
    case_engagement: pl.DataFrame
    agenda_reasons: pl.DataFrame
    threat_agreement: pl.DataFrame
    threat_types_by_month: pl.DataFrame
    threat_strategy_matrix: pl.DataFrame
    threat_cooccurrence: pl.DataFrame
    links: pl.DataFrame
    family_therapist_gaps: pl.DataFrame
    manufactured_components: pl.DataFrame
    rupture_readiness: pl.DataFrame
    session_scores: pl.DataFrame


def by_case(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a frame by their case."""
    split: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        split.setdefault(row["case_id"], []).append(row)
    return split


def in_code_order(cases: pl.DataFrame) -> pl.DataFrame:
    """Return cases by family and case in the order people count codes."""
    codes = list(zip(cases["family_id"].to_list(), cases["case_id"].to_list(), strict=True))
    order = sorted(range(len(codes)), key=lambda n: tuple(map(natural_order, codes[n])))
    return cases[order] if order else cases


class BlockNumbers:
    """The numbers that codes have inside one block, and where each row of a case lies."""

    def __init__(self, frames: BlockFrames, language: Language) -> None:
        self.frames = frames
        self.language = language
        self.text = TextPool()
        self.case_list = in_code_order(frames.case_list)
        self.cases = {code: n for n, code in enumerate(self.case_list["case_id"])}
        self.family_list = frames.instrument_family_list.filter(
            (pl.col("kind") == "alliance") & pl.col("default_scale").is_not_null()
        )
        self.families = {code: n for n, code in enumerate(self.family_list["instrument_family"])}
        self.scales = {
            code: n
            for n, code in enumerate(
                frames.instrument_scales["scale"].unique(maintain_order=True).to_list()
            )
        }
        self.instruments = {
            code: n
            for n, code in enumerate(
                frames.instrument_scales["instrument_id"].unique(maintain_order=True).to_list()
            )
        }
        self.extremes: dict[tuple[str, str], float] = {
            (row["instrument_family"], row["scale"]): max(
                abs(row["scale_minimum"]), abs(row["scale_maximum"])
            )
            for row in frames.instrument_scales.iter_rows(named=True)
            if row["is_true_zero"]
        }
        self.threats = {code: n for n, code in enumerate(say.THREAT_WORDS)}
        self.uses = frames.strategy_uses.sort("case_id", "session_no", "strategy_id")
        self.columns: dict[tuple[str, str], int] = {
            (row["case_id"], row["session_id"]): row["column_no"]
            for row in frames.case_sessions.iter_rows(named=True)
        }
        self.column_of_number: dict[tuple[str, int], int] = {
            (row["case_id"], row["session_no"]): row["column_no"]
            for row in frames.case_sessions.iter_rows(named=True)
        }
        self.rows: dict[tuple[str, str, str], int] = {}
        self.places: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        self.raters: dict[tuple[str, str, str, str], str] = {}
        self.roles: dict[tuple[str, str], str] = {}
        self.row_y: dict[tuple[str, str], list[int]] = {}
        self.member_y: dict[tuple[str, str], dict[str | None, tuple[int, int]]] = {}
        self._rows_of: dict[str, dict[str, list[dict[str, Any]]]] = {}
        weeks = frames.alliance_by_family_week
        first = weeks["week_start_date"].min() if weeks.height else None
        self.first_week = first if isinstance(first, dt.date) else None

    def rows_of(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of a frame by their case, read once for whoever asks; none is changed."""
        if name not in self._rows_of:
            self._rows_of[name] = by_case(getattr(self.frames, name))
        return self._rows_of[name]

    @cached_property
    def rated_together(self) -> dict[tuple[str, str, str], list[str]]:
        """Return the rows of those who answer one instrument, by case, instrument and observer."""
        together: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for (case_id, _, instrument_id, observer_id), row_key in self.raters.items():
            together[case_id, instrument_id, observer_id].append(row_key)
        return together

    @cached_property
    def instrument_names(self) -> dict[str, str]:
        """Return what instruments are called, by their codes."""
        scales = self.frames.instrument_scales
        return dict(zip(scales["instrument_id"], scales["instrument_name"], strict=True))

    @cached_property
    def uses_of(self) -> dict[str, list[dict[str, Any]]]:
        """What was tried, by case and in order of use."""
        return by_case(self.uses)

    @staticmethod
    def day(day: dt.date | None) -> int:
        """Return a day as days since 1970-01-01."""
        return NONE if day is None else (day - _EPOCH).days
