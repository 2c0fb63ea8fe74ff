"""Threat lanes, strategies and outlines: shapes tied to sessions, as rows for the engine."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from dashboard.views import words as say
from dashboard.views.geometry import CELL, CELL_HEIGHT, COLUMN, LANE, LANES_TOP, ROW
from dashboard.views.marks import Marks
from dashboard.views.packing import ANY, NONE, RIGHT, UNBOUND, Rows
from dashboard.views.phrases import threat_phrase

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

_CHARACTER = 6.2  # width of a letter of the words in a bar, in pixels; they are 5.6 on average
_COLOURS = ["coded", "ink", "ink-2", "computed"]
_STYLES: list[dict[str, Any]] = [
    {"size": 13, "style": "normal", "color": "ink", "align": "left"},
    {"size": 14, "style": "normal", "color": "ink", "align": "left"},
    {"size": 13, "style": "bold", "color": "coded", "align": "center"},
    {"size": 14, "style": "normal", "color": "ink", "align": "left", "icon": "g-threat"},
    {"size": 14, "style": "normal", "color": "ink", "align": "left", "icon": "g-split"},
    {"size": 13, "style": "bold", "color": "computed", "align": "center"},
    {"size": 13, "style": "normal", "color": "ink-3", "align": "center"},
]
_PLAIN, _TRIED, _THREAT = 1, 2, 3
_LINE = ("case", "fam", "scale", "row", "c0", "d0", "y0", "c1", "d1", "y1", "colour", "width")
_WORDS = ("case", "fam", "scale", "col", "dx", "y", "text", "style")
_FLAG = ((2, 7, 2, -7), (2, -6, 11, -6), (11, -6, 8, -2), (8, -2, 11, 2), (11, 2, 2, 2))


class LaneTables:
    """Shapes of every case and instrument family under the grid, and outlines on it."""

    def __init__(self, builder: BlockNumbers) -> None:
        self.builder = builder
        self.has_lanes = not (builder.frames.threat_spans.is_empty() and builder.uses.is_empty())
        self.layouts = Rows("case", "fam", "bottom", "height")
        self.outlines = Rows("case", "fam", "threat", "from", "to", "top", "low")
        self.lines = Rows(*_LINE)
        self.washes = Rows("case", "fam", "c0", "d0", "c1", "d1", "tip", "top", "low")
        self.words = Rows(*_WORDS)
        self.points = Rows("case", "fam", "col", "dx", "y", "size", "colour")
        self.threats = Rows("case", "threat", "from", "to", "start", "stop")
        self.marks = Marks(builder, self.line, self.words)

    def tables(self) -> dict[str, dict[str, list[int]]]:
        """Return the tables of shapes."""
        self.threat_filter()
        for case_id, family in self.builder.row_y:
            self._case(case_id, family)
        names = ("layouts", "outlines", "lines", "washes", "words", "points", "threats")
        return {name: getattr(self, name).columns() for name in names}

    @staticmethod
    def styles() -> list[dict[str, Any]]:
        """Return the type styles that words point to by number."""
        return _STYLES

    @staticmethod
    def colours() -> list[str]:
        """Return the colour tokens that lines and points point to by number."""
        return _COLOURS

    def line(  # noqa: PLR0917 - a line is a place, its ends and its ink
        self,
        place: tuple[int, int],
        ends: tuple[int, ...],
        colour: str,
        width: int,
        scale: int = ANY,
        row: int = ANY,
    ) -> None:
        """Add one line between two sessions; of one scale and one row, or of any."""
        self.lines.add(*place, scale, row, *ends, _COLOURS.index(colour), width)

    def threat_filter(self) -> dict[str, list[int]]:
        """Return when each threat was open, for the filter and what is counted by it."""
        build = self.builder
        for threat in self._of(build.frames.threat_spans):
            first, last = self._columns(threat)
            start, closed = build.day(threat["from_date"]), build.day(threat["closed_on"])
            stop = closed if closed == NONE else closed - 1
            kind = build.threats[threat["threat_type"]]
            self.threats.add(build.cases[threat["case_id"]], kind, first, last, start, stop)
        return self.threats.columns()

    def _of(self, frame: Any, case_id: str | None = None) -> list[dict[str, Any]]:  # noqa: ANN401
        """Return rows of a frame by case; the frame is split once."""
        split = self.__dict__.setdefault("_split", {})
        if id(frame) not in split:
            by_case: dict[str, list[dict[str, Any]]] = {}
            for row in frame.iter_rows(named=True):
                if row["case_id"] in self.builder.cases:
                    by_case.setdefault(row["case_id"], []).append(row)
            split[id(frame)] = by_case
        by_case = split[id(frame)]
        if case_id is None:
            return [row for rows in by_case.values() for row in rows]
        return list(by_case.get(case_id, []))

    def _columns(self, threat: dict[str, Any]) -> tuple[int, int]:
        column = self.builder.column_of_number
        first = column.get((threat["case_id"], threat["from_session_no"]), 0)
        return first, column.get((threat["case_id"], threat["to_session_no"]), first)

    def _case(self, case_id: str, family: str) -> None:
        build = self.builder
        place = (build.cases[case_id], build.families[family])
        bottom = build.row_y[case_id, family][-1] + CELL_HEIGHT
        top = self.marks.draw(case_id, family, place, bottom)
        if not self.has_lanes:
            self.layouts.add(*place, bottom, top + LANES_TOP)
            return
        top += LANES_TOP
        self.line(place, (UNBOUND, 0, top, RIGHT, 4, top), "ink", 10)
        for number, code in enumerate(build.threats):
            self._lane_head(place, top + 20 + LANE * number, say.THREAT_WORDS[code])
        tried = top + 20 + LANE * len(build.threats)
        heading = build.text(build.language("Tried"))
        self.words.add(*place, ANY, UNBOUND, 0, tried, heading, _PLAIN)
        threats = self._of(build.frames.threat_spans, case_id)
        for number, code in enumerate(build.threats):
            bars = [threat for threat in threats if threat["threat_type"] == code]
            self._bars(place, top + 10 + LANE * number, bars)
        for threat in threats:
            self._outline(place, case_id, family, threat)
        self._tried(place, case_id, tried)
        self.layouts.add(*place, bottom, tried + LANE // 2 + 4)

    def _lane_head(self, place: tuple[int, int], middle: int, words: str) -> None:
        text = self.builder.text(self.builder.language(words))
        self.words.add(*place, ANY, UNBOUND, 17, middle, text, _THREAT)
        for x0, y0, x1, y1 in _FLAG:
            ends = (UNBOUND, x0, middle + y0, UNBOUND, x1, middle + y1)
            self.line(place, ends, "coded", 17)

    def _bars(self, place: tuple[int, int], top: int, bars: list[dict[str, Any]]) -> None:
        for threat in bars:
            first, last = self._columns(threat)
            low, tip = top + 20, 9 if threat["is_open"] else 0
            self.washes.add(*place, first, 0, last, CELL, tip, top, low)
            self.line(place, (first, 0, low, last, CELL - tip, low), "coded", 20)
            for inset in (1, 3):
                self.line(place, (first, inset, top, first, inset, low), "coded", 20)
                if not tip:
                    ends = (last, CELL - inset, top, last, CELL - inset, low)
                    self.line(place, ends, "coded", 20)
            room = int(((last - first) * COLUMN + CELL - 18) / _CHARACTER)
            words = threat_phrase(threat, self.builder.language)
            self.words.add(
                *place, ANY, first, 11, top + 10, self.builder.text(_short(words, room)), 0
            )

    def _outline(
        self, place: tuple[int, int], case_id: str, family: str, threat: dict[str, Any]
    ) -> None:
        build = self.builder
        first, last = self._columns(threat)
        members = build.member_y[case_id, family]
        top, low = members.get(threat["member_id"]) or (
            0,
            max((low for _, low in members.values()), default=ROW),
        )
        kind = build.threats[threat["threat_type"]]
        self.outlines.add(*place, kind, first, last, top, low)

    def _tried(self, place: tuple[int, int], case_id: str, middle: int) -> None:
        build = self.builder
        uses = self._of(build.uses, case_id)
        by_column: dict[int, list[str]] = {}
        for letter, use in zip(_letters(len(uses)), uses, strict=True):
            column = build.column_of_number.get((case_id, use["session_no"]))
            if column is not None:
                by_column.setdefault(column, []).append(letter)
        for column, letters in by_column.items():
            for number, letter in enumerate(letters):
                offset = round(CELL / 2 + (number - (len(letters) - 1) / 2) * 20)
                self.points.add(*place, column, offset, middle, 18, _COLOURS.index("coded"))
                self.words.add(*place, ANY, column, offset, middle, build.text(letter), _TRIED)


def _letters(count: int) -> list[str]:
    """Return a, b, … z, aa, ab, … : the letters of strategies in order of use."""
    alphabet = string.ascii_lowercase
    return [
        (alphabet[number // 26 - 1] if number >= 26 else "") + alphabet[number % 26]
        for number in range(count)
    ]


def _short(words: str, room: int) -> str:
    """Return words that fit: whole, or without their last parts, or cut where even one is long."""
    parts = words.split(", ")
    kept = [", ".join(parts[:count]) + " …" for count in range(len(parts) - 1, 0, -1)]
    fits = (text for text in (words, *kept) if len(text) <= room)
    return next(fits, parts[0][: max(room - 1, 0)] + "…")
