"""The picture's measures in CSS pixels and the look of every kind of cell.

Both travel in the data block: the browser adds offsets and looks colours up, nothing more.
Colours are names of tokens in ``tokens.css``, resolved when a layer is painted.
"""

from __future__ import annotations

from typing import Any, Final

from dashboard.domain.vocabulary import CellState

COLUMN: Final = 62
CELL: Final = 53
CELL_HEIGHT: Final = 36
ROW: Final = 45
BLOCK_GAP: Final = 11
LABEL: Final = 176
HEAD: Final = 42
LANE: Final = 28
LANES_TOP: Final = 16
WEEK: Final = 40
WEEK_CELL: Final = 36
WEEK_ROW: Final = 46
WEEK_CELL_HEIGHT: Final = 30
WEEK_TOP: Final = 8
WEEK_HEAD: Final = 28

GEOMETRY: Final[dict[str, int]] = {
    "column": COLUMN,
    "cell": CELL,
    "cellHeight": CELL_HEIGHT,
    "label": LABEL,
    "head": HEAD,
    "week": WEEK,
    "weekCell": WEEK_CELL,
    "weekRow": WEEK_ROW,
    "weekCellHeight": WEEK_CELL_HEIGHT,
    "weekTop": WEEK_TOP,
    "weekHead": WEEK_HEAD,
    "weeksShown": 26,
    "familiesShown": 40,
    "columnsShown": 40,
    "roomWidth": LABEL + 20 * COLUMN + 14,
    "roomHeight": 560,
}
"""The room is a frame that most cases fit: twenty sessions, a family of four with its lanes. Where
a page crops, parts of a larger service begin with it, since the next part may need it."""

PERFECT: Final = 7
PARTIAL: Final = 8
UNINTERPRETABLE: Final = 16
THIN: Final = 17
ZERO_LOOK: Final = 23
"""The look of 0 on a true-zero scale; -3 to +3 lie three below to three above it."""

LOOK_OF_STATE: Final[dict[str, int]] = {
    CellState.PARTIAL: PARTIAL,
    CellState.NOT_OFFERED: 9,
    CellState.DECLINED: 10,
    CellState.ABSENT: 11,
    CellState.LOST: 12,
    CellState.NOT_APPLICABLE: 13,
    CellState.NO_RECORD: 14,
    CellState.NOT_HELD: 15,
}

Stroke = list[float]


def _box(fill: str, edge: str, on: str, drop: int = 0) -> dict[str, Any]:
    return {"layer": "cells", "fill": fill, "edge": edge, "text": on, "drop": drop}


def _round(key: str) -> dict[str, Any]:
    return {"layer": "round", "fill": f"div-{key}", "edge": "score-edge", "text": f"on-{key}"}


def _corners() -> list[Stroke]:
    strokes: list[Stroke] = []
    for right, down in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        strokes.append([8 * right, 8 * down, 3 * right, 8 * down])
        strokes.append([8 * right, 8 * down, 8 * right, 3 * down])
    return strokes


def _cut_corner(half_width: float, half_height: float) -> list[Stroke]:
    cut = 11
    return [
        [-half_width, -half_height, half_width - cut, -half_height],
        [half_width - cut, -half_height, half_width, -half_height + cut],
        [half_width, -half_height + cut, half_width, half_height],
        [half_width, half_height, -half_width, half_height],
        [-half_width, half_height, -half_width, -half_height],
    ]


def zero_look(score: float, extreme: float) -> int:
    """Return the look of a score around zero: one of three steps on either side of the middle.

    Args:
        score: Raw points.
        extreme: Points at the far end of the scale, counted from zero.
    """
    steps = int(3 * abs(score) / extreme + 0.5)
    return ZERO_LOOK + (steps if score > 0 else -steps)


def looks() -> dict[str, dict[str, Any]]:
    """Return how each look is drawn, by its number as text.

    Returns:
        For each look: a filled box (``layer``, ``fill``, ``edge``), a ``cap``, a ``ring`` (size),
        ``strokes`` around the middle of the cell, a ``sign`` (drawn text), and in ``text`` the
        colour of the figure; without ``text`` no figure is drawn.

    Source:
        The design guide, "Missing, six ways" and "Ceiling".
    """
    table: dict[int, dict[str, Any]] = {
        step: _box(f"score-{step}", "score-edge" if step < 4 else f"score-{step}", f"on-{step}")
        for step in range(1, 7)
    }
    table[PERFECT] = {**_box("none", "ceiling", "ink", 2), "layer": "boxes", "cap": "ceiling"}
    table[PARTIAL] = {"strokes": _cut_corner(CELL / 2 - 1, CELL_HEIGHT / 2 - 1), "thin": 1}
    table[9] = {"ring": 14}
    table[10] = {"ring": 14, "strokes": [[-8, 8, 8, -8]]}
    table[11] = {"strokes": _corners()}
    table[12] = {"sign": "?"}
    table[13] = {"strokes": [[-6, 0, 6, 0]]}
    table[14] = {"ring": 4, "full": 1}
    table[15] = {}
    table[UNINTERPRETABLE] = {**_box("none", "rule-2", "ink-3"), "layer": "boxes"}
    table[THIN] = {**_box("none", "score-edge", "ink"), "layer": "boxes", "dash": "dashed"}
    for value in range(-3, 4):
        key = f"n{-value}" if value < 0 else f"p{value}" if value else "0"
        table[ZERO_LOOK + value] = _round(key)
    return {str(look): drawn for look, drawn in sorted(table.items())}
