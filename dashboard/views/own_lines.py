"""Members against their own line: rows for the small pictures, and the slice that draws them.

``panels/assets/engine/case.js`` says the slice for the browser; a test holds the two equal. A line
joins ratings of sessions that follow each other and never crosses a gap; nothing is filled in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.views.geometry import LOOK_OF_STATE, PERFECT
from dashboard.views.packing import ANY, NONE, Block, Columns, Rows
from dashboard.views.signal_words import refusals
from dashboard.views.slice import Picture, concerns

if TYPE_CHECKING:
    import polars as pl

    from dashboard.views.numbers import BlockNumbers
    from dashboard.views.seats import Seats
    from dashboard.views.view import View

RUN, MEAN, LIMIT, OPEN, REPAIRED = range(5)
"""Kinds of line: joined ratings, own mean, own lower limit, and a possible rupture."""

GLYPHS = {
    str(LOOK_OF_STATE[state]): glyph
    for state, glyph in (
        ("partial", "g-partial"),
        ("not_offered", "g-offer"),
        ("declined", "g-declined"),
        ("absent", "g-absent"),
        ("lost", "g-lost"),
        ("not_applicable", "g-na"),
        ("no_record", "g-norecord"),
    )
}
"""The sign on the base line for each look of a cell without a score."""

WIDTH, HEIGHT, BASE = 190, 76, 88
"""Of the drawing in pixels; missing forms stand on the base line under it."""

_QUARTERS = 4
_OF_A_LIMIT = ("case_id", "row_key", "scale", "session_no", "own_mean", "lower_limit",
               "is_below_limit")  # fmt: skip


class OwnLines:
    """Rows of every series: its joined ratings, own mean and limit, and a sentence."""

    def __init__(self, build: BlockNumbers, seats: Seats) -> None:
        self.build = build
        self.seats = seats
        self.lines = Rows("case", "fam", "scale", "row", "kind", "c0", "c1", "value")
        self.axes = Rows(
            "case", "fam", "scale", "instrument", "floor", "top", "floor_text", "top_text"
        )
        self.said = Rows("case", "fam", "scale", "row", "text")
        ready, changes = build.frames.rupture_readiness, build.frames.rating_changes
        self.unready = _by_series(ready, "reason")
        self.refused = _by_series(changes, "refusal")

    def tables(self) -> dict[str, Columns]:
        """Return the tables ``own``, ``axes`` and ``said``."""
        trends = self.build.rows_of("rating_trends")
        limits, ruptures = self._limits(), self.build.rows_of("ruptures")
        for case_id, series in trends.items():
            for trend in series:
                places = self.build.places.get((case_id, trend["row_key"]), [])
                key = (case_id, trend["row_key"], trend["scale"])
                own = [row for row in ruptures.get(case_id, []) if _key(row) == key]
                for family, row, _ in places:
                    place = (self.build.cases[case_id], self.build.families[family])
                    self._series((*place, self.build.scales[trend["scale"]], row), trend)
                    self._marks(
                        (*place, self.build.scales[trend["scale"]], row), trend, limits, own
                    )
                    text = self.build.text(self._sentence(trend, limits.get(key, []), own))
                    self.said.add(*place, self.build.scales[trend["scale"]], row, text)
            self._axis(case_id, series)
        return {
            "own": self.lines.columns(),
            "axes": self.axes.columns(),
            "said": self.said.columns(),
        }

    def _limits(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        limits: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in self.build.frames.own_limits.select(_OF_A_LIMIT).iter_rows(named=True):
            limits.setdefault(_key(row), []).append(row)
        return limits

    def _series(self, place: tuple[int, ...], trend: dict[str, Any]) -> None:
        number = self.build.column_of_number
        columns = [number[trend["case_id"], session] for session in trend["session_nos"]]
        start = columns[0]
        for before, after in zip(columns, [*columns[1:], NONE], strict=True):
            if after != before + 1:
                self.lines.add(*place, RUN, start, before, NONE)
                start = after

    def _marks(
        self,
        place: tuple[int, ...],
        trend: dict[str, Any],
        limits: dict[tuple[str, str, str], list[dict[str, Any]]],
        ruptures: list[dict[str, Any]],
    ) -> None:
        number, case_id = self.build.column_of_number, trend["case_id"]
        known = sorted(limits.get(_key(trend), []), key=lambda row: row["session_no"])
        if known:
            first, last = trend["first_session_no"], trend["latest_session_no"]
            seventh = number[case_id, known[0]["session_no"]]
            ends = (number[case_id, first], number[case_id, last])
            self.lines.add(*place, MEAN, *ends, round(known[0]["own_mean"] * 100))
            lower = round(known[0]["lower_limit"] * 100)
            self.lines.add(*place, LIMIT, seventh, ends[1], lower)
        for rupture in ruptures:
            kind = REPAIRED if rupture["state"] == "repaired" else OPEN
            spans = (rupture["session_nos"][0], rupture["session_nos"][-1])
            self.lines.add(*place, kind, *(number[case_id, each] for each in spans), NONE)

    def _sentence(
        self,
        trend: dict[str, Any],
        limits: list[dict[str, Any]],
        ruptures: list[dict[str, Any]],
    ) -> str:
        language, seats = self.build.language, self.seats
        ceiling = next(row for row in seats.ceilings[trend["case_id"]] if _key(row) == _key(trend))
        values = {
            "first": language.number(trend["first_score"]),
            "latest": language.number(trend["latest_score"]),
            "perfect": ceiling["perfect_count"],
            "count": trend["rating_count"],
            "below": seats.sessions([row["session_no"] for row in limits if row["is_below_limit"]]),
        }
        if ceiling["is_ceiling"]:
            text = language("{perfect} of {count} forms perfect: no information.")
        elif any(row["is_below_limit"] for row in limits):
            text = language("Under the own limit in {below}; latest {latest}.")
        elif trend["is_opening_up"]:
            text = language("Opening up: {first} to {latest}.")
        elif limits:
            text = language("{first} to {latest}; inside the own limits throughout.")
        elif ruptures:
            text = language("{first} to {latest}; the line under it marks a possible rupture.")
        else:
            text = language("{first} to {latest} in {count} ratings; too early for own limits.")
        unrated = seats.unrated(trend["case_id"], trend["row_key"])
        told = [text.format(**values)]
        told += [f"{unrated[:1].upper()}{unrated[1:]}."] if unrated else []
        unread = (self.unready.get(_key(trend)), self.refused.get(_key(trend)))
        return " ".join((*told, *refusals(*unread, language)))

    def _axis(self, case_id: str, series: list[dict[str, Any]]) -> None:
        """Give each instrument of a case one axis, from a quarter of its range at or below all."""
        ranges = {
            (row["instrument_id"], row["scale"]): (row["scale_minimum"], row["scale_maximum"])
            for row in self.build.frames.instrument_scales.iter_rows(named=True)
        }
        lowest: dict[tuple[str, str, str], float] = {}
        for trend in series:
            for family, _, _ in self.build.places.get((case_id, trend["row_key"]), []):
                key = (family, trend["instrument_id"], trend["scale"])
                lowest[key] = min(lowest.get(key, math.inf), *trend["scores"], trend["first_score"])
        for (family, instrument, scale), least in lowest.items():
            bottom, top = ranges[instrument, scale]
            quarter = (top - bottom) / _QUARTERS
            steps = min(max(0, math.floor((least - bottom) / quarter)), _QUARTERS - 1)
            floor = bottom + quarter * steps
            texts = [self.build.text(self.build.language.number(end)) for end in (floor, top)]
            place = (self.build.cases[case_id], self.build.families[family])
            numbers = (self.build.scales[scale], self.build.instruments[instrument])
            self.axes.add(*place, *numbers, round(floor * 100), round(top * 100), *texts)


def _by_series(frame: pl.DataFrame, column: str) -> dict[tuple[str, str, str], Any]:
    """Return what the last row of each series says in a column."""
    series = zip(frame["case_id"], frame["row_key"], frame["scale"], strict=True)
    return dict(zip(series, frame[column], strict=True))


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["case_id"], row["row_key"], row["scale"]


def own_lines(block: Block, view: View, picture: Picture) -> list[dict[str, Any]]:
    """Return the small pictures of a case: each member against their own line.

    Args:
        block: The data block.
        view: What is looked at.
        picture: The picture of the case, whose rows and sessions are drawn.

    Returns:
        One entry for each row with a rating on the scale shown: where its points lie and whether
        they are hollow, what joins them, own mean and limit, what is missing, and the sentence.
    """
    tables, key = block.tables, (picture.number, view.family)
    at = {column["col"]: n for n, column in enumerate(picture.columns)}
    axes = {
        tables["axes"]["instrument"][i]: i
        for i in block.rows("axes", *key)
        if tables["axes"]["scale"][i] == view.scale
    }
    drawn = []
    for r, row in enumerate(picture.rows):
        axis = axes.get(row["instrument"])
        text = [
            tables["said"]["text"][i]
            for i in block.rows("said", *key)
            if tables["said"]["row"][i] == r and tables["said"]["scale"][i] == view.scale
        ]
        if axis is None or not text or not concerns(view, row["member"]):
            continue
        plot = _Plot(block, picture, key, view.scale, r, axis, at)
        drawn.append(plot.drawn(block.texts[text[0]]))
    return drawn


@dataclass(frozen=True)
class _Plot:
    """One row of a case on its axis."""

    block: Block
    picture: Picture
    key: tuple[int, int]
    scale: int
    row: int
    axis: int
    at: dict[int, int]

    @property
    def step(self) -> float:
        return WIDTH / max(1, len(self.at) - 1)

    def y(self, value: int) -> float:
        axes = self.block.tables["axes"]
        floor, top = axes["floor"][self.axis], axes["top"][self.axis]
        return HEIGHT * (top - value) / (top - floor)

    def drawn(self, text: str) -> dict[str, Any]:
        """Return the small picture with its sentence."""
        axes, texts, row = self.block.tables["axes"], self.block.texts, self.picture.rows[self.row]
        points, missing, heights = self._cells()
        runs, levels = self._lines(heights)
        return {
            "row": self.row,
            "label": row["label"],
            "sub": row["sub"],
            "text": text,
            "points": points,
            "runs": [run for run in runs if len(run) > 1],
            "levels": levels,
            "missing": missing,
            "low": texts[axes["floor_text"][self.axis]],
            "high": texts[axes["top_text"][self.axis]],
        }

    def _cells(self) -> tuple[list[list[Any]], list[list[Any]], dict[int, float]]:
        cells, glyphs = self.block.tables["cells"], self.block.facts["glyphs"]
        points: list[list[Any]] = []
        missing: list[list[Any]] = []
        heights: dict[int, float] = {}
        for i in self.block.rows("cells", *self.key):
            col, look = cells["col"][i], cells["look"][i]
            if cells["row"][i] != self.row or cells["scale"][i] not in (self.scale, ANY):
                continue
            if col in self.at and cells["value"][i] != NONE:
                heights[col] = self.y(cells["value"][i])
                points.append([self.at[col] * self.step, heights[col], look == PERFECT])
            elif col in self.at and str(look) in glyphs:
                missing.append([self.at[col] * self.step, glyphs[str(look)]])
        return points, missing, heights

    def _lines(
        self, heights: dict[int, float]
    ) -> tuple[list[list[list[float]]], list[list[float]]]:
        own, runs, levels = self.block.tables["own"], [], []
        for i in self.block.rows("own", *self.key):
            if own["row"][i] != self.row or own["scale"][i] != self.scale:
                continue
            inside = [col for col in self.at if own["c0"][i] <= col <= own["c1"][i]]
            if own["kind"][i] == RUN:
                seen = [col for col in inside if col in heights]
                runs.append([[self.at[col] * self.step, heights[col]] for col in seen])
            elif inside:
                value = own["value"][i]
                ends = [self.at[col] * self.step for col in (inside[0], inside[-1])]
                levels.append([own["kind"][i], *ends, NONE if value == NONE else self.y(value)])
        return runs, levels
