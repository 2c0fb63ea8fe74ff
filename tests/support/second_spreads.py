"""Series of ratings and their spread in a service, computed again in plain Python.

It shares no line with the queries.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.support.second_measures import default_scale

if TYPE_CHECKING:
    from dashboard.domain.rules import Rules
    from tests.support.second_opinion import SecondOpinion

Row = dict[str, Any]


@dataclass
class Series:
    """The ratings of one heatmap row on one scale, in the order of sessions."""

    case_id: str
    row_key: str
    scale: str
    place: Row
    is_default: bool
    maximum: float
    cutoff: float | None
    sessions: list[Row] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    @property
    def key(self) -> Row:
        """What names the series."""
        return {"case_id": self.case_id, "row_key": self.row_key, "scale": self.scale}

    @property
    def who(self) -> Row:
        """Whose ratings they are."""
        like = self.place["like"]
        return self.key | {
            "member_id": like["member_id"],
            "perspective": like["perspective"],
            "instrument_id": like["instrument_id"],
            "is_default_scale": self.is_default,
            "is_member_rating": self.is_member,
        }

    @property
    def is_member(self) -> bool:
        """Whether a member rated, or was rated."""
        return self.place["is_member_rating"]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the sessions."""
        return [session["session_no"] for session in self.sessions]

    @property
    def perfect(self) -> list[bool]:
        """Which ratings have the highest legal score."""
        return [score == self.maximum for score in self.scores]


@dataclass
class SecondSignals:
    """What signals are computed from: series, spreads and rules."""

    opinion: SecondOpinion
    rules: Rules

    def rule(self, rule_id: str) -> Any:
        """Return the value of a rule."""
        return self.rules[rule_id].value

    @cached_property
    def series(self) -> list[Series]:
        """Every series of the service."""
        found: dict[tuple[str, str, str], Series] = {}
        for cell in sorted(self.opinion.cells, key=lambda cell: cell["session"]["session_no"]):
            instrument = cell["instrument"]
            is_read = instrument.kind == "alliance" and cell["is_interpretable"]
            if not is_read or cell["score"] is None:
                continue
            key = (cell["case_id"], cell["row_key"], cell["scale"])
            if key not in found:
                scale = instrument.scale(cell["scale"])
                first = default_scale(self.opinion, instrument.family)
                found[key] = Series(*key, cell, cell["scale"] == first, scale.maximum, scale.cutoff)
            found[key].sessions.append(cell["session"])
            found[key].scores.append(cell["score"])
        return list(found.values())

    @cached_property
    def spreads(self) -> dict[tuple[str, str], Row]:
        """The spread of each instrument and scale."""
        grouped: dict[tuple[str, str], list[Series]] = defaultdict(list)
        for series in self.series:
            if series.is_member:
                grouped[series.who["instrument_id"], series.scale].append(series)
        return {key: self._spread(key, group) for key, group in grouped.items()}

    def spread_of(self, series: Series) -> Row:
        """Return the spread that a series is judged by; empty where members have no rating."""
        return self.spreads.get((series.who["instrument_id"], series.scale), {})

    def _spread(self, key: tuple[str, str], group: list[Series]) -> Row:
        scores = [score for series in group for score in series.scores]
        members = {series.who["member_id"] for series in group}
        long = [s for s in group if len(s.scores) >= self.rule("spread_least_ratings")]
        long_members = {series.who["member_id"] for series in long}
        within = None
        if len(long_members) >= self.rule("spread_least_members"):
            squares = math.fsum(
                (score - math.fsum(s.scores) / len(s.scores)) ** 2
                for s in long
                for score in s.scores
            )
            freedom = sum(len(s.scores) - 1 for s in long)
            within = math.sqrt(squares / freedom) if freedom else None
        between = None
        if len(members) >= self.rule("spread_least_members") and len(scores) > 1:
            between = statistics.stdev(scores)
        within, between = (value if value and value > 1e-9 else None for value in (within, between))
        return {
            "instrument_id": key[0],
            "scale": key[1],
            "member_count": len(members),
            "rating_count": len(scores),
            "perfect_count": sum(sum(series.perfect) for series in group),
            "sd_between": between,
            "series_member_count": len(long_members),
            "sd_within": within,
            "s_diff": math.sqrt(2) * within if within else None,
            **self._correlation(_joint(group)),
        }

    def _correlation(self, joint: list[list[float]]) -> Row:
        least = self.rule("joint_least_sessions")
        rho = _intraclass(joint) if len(joint) >= least else None
        return {
            "joint_session_count": len(joint),
            "rho": self.rule("joint_correlation") if rho is None else rho,
            "rho_origin": "rule" if rho is None else "service",
        }


def scale_spreads(signals: SecondSignals) -> list[Row]:
    return list(signals.spreads.values())


def _joint(group: list[Series]) -> list[list[float]]:
    """Return the ratings of each session that at least two members rated."""
    sessions: dict[tuple[str, str | None], dict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for series in group:
        like = series.place["like"]
        observer = like["rater_id"] if like["perspective"] == "observer" else None
        for session, score in zip(series.sessions, series.scores, strict=True):
            sessions[session["session_id"], observer][like["member_id"]].append(score)
    return [
        [score for scores in by_member.values() for score in scores]
        for by_member in sessions.values()
        if len(by_member) > 1
    ]


def _intraclass(joint: list[list[float]]) -> float | None:
    """Return ICC(1) by one-way analysis of variance with unequal groups, between 0 and .95."""
    sizes = [len(scores) for scores in joint]
    total, groups = sum(sizes), len(joint)
    if groups < 2:
        return None
    grand = math.fsum(score for scores in joint for score in scores) / total
    means = [math.fsum(scores) / len(scores) for scores in joint]
    between = math.fsum(n * (mean - grand) ** 2 for n, mean in zip(sizes, means, strict=True))
    within = math.fsum(
        (score - mean) ** 2 for scores, mean in zip(joint, means, strict=True) for score in scores
    )
    msb, msw = between / (groups - 1), within / (total - groups)
    n0 = (total - sum(n * n for n in sizes) / total) / (groups - 1)
    below = msb + (n0 - 1) * msw
    return min(0.95, max(0.0, (msb - msw) / below)) if below > 1e-9 else None
