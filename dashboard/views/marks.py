"""Brackets of splits, lines of possible ruptures and the lane of ranges, as rows for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dashboard.views import signal_words as say
from dashboard.views.geometry import CELL, CELL_HEIGHT, LANES_TOP
from dashboard.views.packing import RIGHT, UNBOUND, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.views.numbers import BlockNumbers

RANGE_LANE = 40
RANGE_STYLE, MARKED_STYLE, UNMARKED_STYLE = 4, 5, 6
_STROKES = {"notable": (6,), "marked": (4, 7)}
_NOTCH, _ARROW = 5, 3


class _Line(Protocol):
    def __call__(  # noqa: PLR0917 - as LaneTables.line
        self,
        place: tuple[int, int],
        ends: tuple[int, ...],
        colour: str,
        width: int,
        scale: int = ...,
        row: int = ...,
    ) -> None: ...


class Marks:
    """What was computed, drawn on the grid and in a lane under it; every level is SQL's."""

    def __init__(self, builder: BlockNumbers, line: _Line, words: Rows) -> None:
        self.builder = builder
        self.line: Callable[..., None] = line
        self.words = words
        self.splits = builder.rows_of("splits")
        self.ruptures = builder.rows_of("ruptures")

    def draw(self, case_id: str, family: str, place: tuple[int, int], bottom: int) -> int:
        """Draw the marks of one case and instrument family.

        Args:
            case_id: The case.
            family: The instrument family whose grid is drawn.
            place: Both as numbers of the block.
            bottom: Where the grid ends.

        Returns:
            Where the next lane may begin; ``bottom`` itself where no session was rated jointly.
        """
        for rupture in self.ruptures.get(case_id, []):
            self._rupture(place, case_id, family, rupture)
        splits = [
            (split, ends)
            for split in self.splits.get(case_id, [])
            if (ends := self._rows_between(case_id, family, split)) is not None
        ]
        for split, ends in splits:
            self._bracket(place, case_id, split, ends)
        lanes = sorted({(split["instrument_id"], split["observer_id"]) for split, _ in splits})
        for number, lane in enumerate(lanes):
            rows = [
                split
                for split, _ in splits
                if (split["instrument_id"], split["observer_id"]) == lane
            ]
            self._ranges(place, case_id, rows, bottom + LANES_TOP + RANGE_LANE * number)
        return bottom + (LANES_TOP + RANGE_LANE * len(lanes) - 18 if lanes else 0)

    def _rows_between(
        self, case_id: str, family: str, split: dict[str, Any]
    ) -> tuple[int, int] | None:
        """Return where the first highest and the first lowest rater's rows lie."""
        build, tops = self.builder, []
        for member in (split["highest_member_ids"][0], split["lowest_member_ids"][0]):
            rater = (case_id, member, split["instrument_id"], split["observer_id"])
            places = build.places.get((case_id, build.raters.get(rater, "")), [])
            tops += [top for shown_in, _, top in places if shown_in == family]
        return (min(tops), max(tops)) if len(tops) == 2 else None

    def _bracket(
        self, place: tuple[int, int], case_id: str, split: dict[str, Any], ends: tuple[int, int]
    ) -> None:
        column = self.builder.columns[case_id, split["session_id"]]
        scale = self.builder.scales[split["scale"]]
        top, low = ends[0] + CELL_HEIGHT // 2, ends[1] + CELL_HEIGHT // 2
        strokes = _STROKES.get(split["level"] or "", ())
        for offset in strokes:
            upright = (column, CELL + offset, top, column, CELL + offset, low)
            self.line(place, upright, "computed", 15, scale)
        for y in (top, low) if strokes else ():
            tick = (column, CELL + 1, y, column, CELL + strokes[-1], y)
            self.line(place, tick, "computed", 15, scale)

    def _rupture(
        self, place: tuple[int, int], case_id: str, family: str, rupture: dict[str, Any]
    ) -> None:
        build = self.builder
        first = build.column_of_number[case_id, rupture["session_nos"][0]]
        last = build.column_of_number[case_id, rupture["session_nos"][-1]]
        scale, is_repaired = build.scales[rupture["scale"]], rupture["state"] == "repaired"
        for shown_in, row, top in build.places.get((case_id, rupture["row_key"]), []):
            if shown_in != family:
                continue
            for offset in (4, 7) if rupture["level"] == "marked" else (6,):
                y = top + CELL_HEIGHT + offset
                level = (first, _NOTCH, y, last, CELL - (_NOTCH if is_repaired else 0), y)
                self.line(place, level, "computed", 15, scale, row)
            y = top + CELL_HEIGHT + 6
            for ends in _rupture_ends(first, last, y, is_repaired=is_repaired):
                self.line(place, ends, "computed", 15, scale, row)

    def _ranges(
        self, place: tuple[int, int], case_id: str, splits: list[dict[str, Any]], top: int
    ) -> None:
        build, language = self.builder, self.builder.language
        self.line(place, (UNBOUND, 0, top - 8, RIGHT, 4, top - 8), "ink", 10)
        middle = top + RANGE_LANE // 2 - 8
        for x0, y0, x1, y1 in ((3, -6, 9, -6), (9, -6, 9, 6), (9, 6, 3, 6)):
            bracket = (UNBOUND, x0, middle + y0, UNBOUND, x1, middle + y1)
            self.line(place, bracket, "computed", 17)
        named: set[int] = set()
        for split in splits:
            scale = build.scales[split["scale"]]
            if scale not in named:
                named.add(scale)
                text = build.text(say.range_name(build, split))
                self.words.add(*place, scale, UNBOUND, 17, middle, text, RANGE_STYLE)
            column = build.columns[case_id, split["session_id"]]
            number = build.text(language.number(split["range_points"]))
            at = (*place, scale, column, CELL // 2)
            if split["level"]:
                level = build.text(say.level_word(split, language))
                self.words.add(*at, middle - 8, number, MARKED_STYLE)
                self.words.add(*at, middle + 8, level, UNMARKED_STYLE)
            else:
                self.words.add(*at, middle, number, UNMARKED_STYLE)


def _rupture_ends(first: int, last: int, y: int, *, is_repaired: bool) -> list[tuple[int, ...]]:
    """Return the notch at the onset, and the arrow of an open line or the rise of a repaired."""
    notch = (first, 0, y - _NOTCH, first, _NOTCH, y)
    if is_repaired:
        return [notch, (last, CELL - _NOTCH, y, last, CELL, y - _NOTCH)]
    up = (last, CELL - 2 * _ARROW, y - _ARROW, last, CELL, y)
    return [notch, up, (last, CELL - 2 * _ARROW, y + _ARROW, last, CELL, y)]
