"""Trajectories of a case: one small picture for each row, score by session."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import holoviews as hv
import holoviews.plotting.bokeh
import polars as pl

from dashboard.views import words as say
from dashboard.views.ink import inks
from dashboard.views.phrases import row_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboard.views.language import Language

WIDTH, HEIGHT, ACROSS = 300, 190, 3
"""Of one small picture in pixels, and how many stand beside each other."""

PERFECT_STEP = 7
_QUARTERS = 4
_MARKERS = {
    "partial": "circle_dot",
    "not_offered": "circle",
    "declined": "x",
    "absent": "dash",
    "lost": "diamond",
    "not_applicable": "dot",
    "no_record": "square",
}
"""The sign of each kind of missing form on the base line; its word stands in the hover."""


@dataclass(frozen=True)
class TrajectoryFrames:
    """The rows that trajectories are drawn from, each as its measure of the same name promises."""

    alliance_cells: pl.DataFrame
    case_rows: pl.DataFrame
    own_limits: pl.DataFrame
    instrument_scales: pl.DataFrame


def alliance_trajectories(
    frames: TrajectoryFrames, language: Language, *, family: str, scale: str
) -> hv.Layout:
    """Draw each row of a case against its own line, as small multiples.

    A line joins ratings of sessions that follow each other and never crosses a gap; a missing
    form stands on the base line by its kind. Rows of one instrument share one axis, from a
    quarter of its range at or below the lowest rating up to its highest legal score.

    Args:
        frames: Cells of one case with every one of its scales; other rows may be of any case.
        language: The language of the words.
        family: The instrument family that is drawn; no two are compared.
        scale: The scale, in raw points.

    Returns:
        One overlay for each row with a rating on that scale, in the order of the heatmap; an
        empty layout where nobody was rated.
    """
    of_case = pl.col("case_id").is_in(frames.alliance_cells["case_id"].unique().to_list())
    wanted = frames.case_rows.filter(of_case & (pl.col("instrument_family") == family))
    cells = frames.alliance_cells.filter(pl.col("scale") == scale).sort("session_no")
    drawn = []
    for row in wanted.sort("row_no").iter_rows(named=True):
        mine = cells.filter(pl.col("row_key") == row["row_key"])
        if mine["score"].count():
            axis = _axis(cells, frames.instrument_scales, row["instrument_id"], scale)
            limits = frames.own_limits.filter(
                (pl.col("row_key") == row["row_key"]) & (pl.col("scale") == scale)
            )
            drawn.append(_small_picture(_Row(row, mine, limits, axis), language))
    return hv.Layout(drawn).cols(ACROSS).opts(shared_axes=False, toolbar=None)


@dataclass(frozen=True)
class _Row:
    facts: dict[str, Any]
    cells: pl.DataFrame
    limits: pl.DataFrame
    axis: tuple[str, float, float]


def _axis(
    cells: pl.DataFrame, scales: pl.DataFrame, instrument: str, scale: str
) -> tuple[str, float, float]:
    """Return the name of an instrument and the ends of its axis in this case."""
    known = scales.filter((pl.col("instrument_id") == instrument) & (pl.col("scale") == scale))
    row = known.row(0, named=True)
    bottom, top = row["scale_minimum"], row["scale_maximum"]
    rated = cells.filter(pl.col("instrument_id") == instrument)["score"].drop_nulls().to_list()
    quarter = (top - bottom) / _QUARTERS
    steps = math.floor((min(rated, default=bottom) - bottom) / quarter)
    return row["instrument_name"], bottom + quarter * min(steps, _QUARTERS - 1), top


def _small_picture(row: _Row, language: Language) -> hv.Overlay:
    ink, (name, floor, top) = inks()["light"], row.axis
    margin = (top - floor) / 10
    layers = [_runs(row, ink), *_own_level(row, ink), *_points(row, ink)]
    layers += _missing(row, floor - margin / 2, language)
    title = f"{row_label(row.facts, language)}, {name}"
    sessions = row.cells["session_no"]
    ends = (int(sessions[0]) - 0.5, int(sessions[-1]) + 0.5)
    return hv.Overlay(layers).opts(
        title=title,
        xlabel=language("Session"),
        ylabel=language("Points"),
        xlim=ends,
        xticks=[(number, str(number)) for number in sessions.unique(maintain_order=True)[::2]],
        ylim=(floor - margin, top + margin),
        width=WIDTH,
        height=HEIGHT,
        show_legend=False,
        toolbar=None,
        shared_axes=False,
    )


def _runs(row: _Row, ink: dict[str, str]) -> hv.Path:
    """Return the lines between ratings of sessions that follow each other."""
    runs: list[list[tuple[int, float]]] = []
    for session, score in _rated(row.cells).select("session_no", "score").iter_rows():
        if not runs or runs[-1][-1][0] + 1 != session:
            runs.append([])
        runs[-1].append((session, score))
    joined = [run for run in runs if len(run) > 1]
    return hv.Path(joined, ["session", "score"]).opts(color=ink["ink-2"], line_width=1.5)


def _rated(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.filter(pl.col("score").is_not_null())


def _points(row: _Row, ink: dict[str, str]) -> Iterable[hv.Scatter]:
    """Return the ratings: filled, and hollow where a form is perfect and so says nothing."""
    rated = _rated(row.cells)
    is_perfect = (pl.col("step") == PERFECT_STEP).fill_null(value=False)
    for label, those, fill in (
        ("rated", rated.filter(~is_perfect), ink["ink"]),
        ("perfect", rated.filter(is_perfect), ink["paper"]),
    ):
        points = list(those.select("session_no", "score").iter_rows())
        yield hv.Scatter(points, "session", "score", label=label).opts(
            color=fill, line_color=ink["ink"], size=7, tools=["hover"]
        )


def _own_level(row: _Row, ink: dict[str, str]) -> list[hv.Segments]:
    """Return own mean and own lower limit; nothing before the seventh rating."""
    if row.limits.is_empty():
        return []
    first = row.limits.sort("session_no").row(0, named=True)
    last = int(row.cells["session_no"][-1])
    begin = int(_rated(row.cells)["session_no"][0])
    ends = ["session", "score", "to_session", "to_score"]
    mean, limit = first["own_mean"], first["lower_limit"]
    return [
        hv.Segments([(begin, mean, last, mean)], ends, label="own mean").opts(
            color=ink["ink-3"], line_dash="dotted"
        ),
        hv.Segments([(first["session_no"], limit, last, limit)], ends, label="own limit").opts(
            color=ink["computed"], line_dash="dashed"
        ),
    ]


def _missing(row: _Row, base: float, language: Language) -> list[hv.Scatter]:
    """Return the forms that are missing, each kind by a sign of its own."""
    gone = row.cells.filter(pl.col("score").is_null() & pl.col("state").is_in(list(_MARKERS)))
    signs = []
    for state in gone["state"].unique(maintain_order=True):
        word = language(say.STATE_WORDS[state])
        sessions = gone.filter(pl.col("state") == state)["session_no"]
        rows = [(session, base, word) for session in sessions]
        sign = hv.Scatter(rows, "session", ["height", "missing"], label=state).opts(
            marker=_MARKERS[state],
            color=inks()["light"]["ink-2"],
            fill_alpha=0,
            size=8,
            tools=["hover"],
        )
        signs.append(sign)
    return signs
