"""The slice: data block + view -> rows of every layer, in tokens.

``panels/assets/engine/slice.js`` says the same for the browser; a test holds the two equal over
random selections. Neither decides anything: rows are selected, offsets added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.views.layers import Layers, draw, empty_layers, put, write
from dashboard.views.packing import ANY, NONE, RIGHT, UNBOUND, Block

if TYPE_CHECKING:
    from dashboard.views.view import View


@dataclass
class Picture:
    """Rows of every layer, and what is said beside the picture."""

    layers: Layers
    width: float
    height: float
    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    grid: list[list[str]] = field(default_factory=list)
    hidden: int = 0
    number: int = -1
    paging: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    x: float
    i: int
    n: int


def within(day: int, view: View) -> bool:
    """Return whether a day lies in the dates; where some are given, no day lies outside them."""
    if day == NONE:
        return view.start == view.stop == NONE
    return (view.start == NONE or day >= view.start) and (view.stop == NONE or day <= view.stop)


def _overlaps(first: int, last: int, view: View) -> bool:
    begins = NONE in (view.stop, first) or first <= view.stop
    return begins and (NONE in (view.start, last) or last >= view.start)


def chosen(block: Block, view: View) -> list[int]:
    """Return the numbers of the cases that pass every filter, in the block's order."""
    tests = (_passes_codes, _passes_therapists, _passes_threats, _passes_members)
    return [
        number
        for number in range(len(block.facts["cases"]))
        if all(test(block, view, number) for test in tests)
    ]


def _passes_codes(block: Block, view: View, number: int) -> bool:
    case = block.facts["cases"][number]
    family_fits = not view.families or case["family"] in view.families
    return family_fits and (not view.cases or case["code"] in view.cases)


def _passes_therapists(block: Block, view: View, number: int) -> bool:
    spans = block.tables["therapists"]
    for codes, column in ((view.therapists, "therapist"), (view.groups, "group")):
        if codes and not any(
            block.texts[spans[column][i]] in codes
            and _overlaps(spans["from"][i], spans["to"][i], view)
            for i in block.rows("therapists", number)
        ):
            return False
    return True


def _passes_threats(block: Block, view: View, number: int) -> bool:
    threats = block.tables["threats"]
    return not view.threats or any(
        block.facts["threats"][threats["threat"][i]] in view.threats
        and _overlaps(threats["start"][i], threats["stop"][i], view)
        for i in block.rows("threats", number)
    )


def _passes_members(block: Block, view: View, number: int) -> bool:
    if not view.members:
        return True
    people = block.tables["people"]["member"]
    return any(block.texts[people[i]] in view.members for i in block.rows("people", number))


def case_picture(block: Block, view: View) -> Picture:
    """Return the heatmap of one case: members by sessions, with threats and strategies below.

    Args:
        block: The data block.
        view: What is looked at; ``view.case`` names the case.

    Returns:
        Rows of every layer; for an unknown case only the empty layers.
    """
    geometry, tables = block.facts["geometry"], block.tables
    codes = [case["code"] for case in block.facts["cases"]]
    picture = Picture(empty_layers(), geometry["label"], 60)
    if view.case not in codes:
        return picture
    number = picture.number = codes.index(view.case)
    places, picture.hidden = _places(block, view, number)
    end = max((place.x + geometry["cell"] for place in places.values()), default=geometry["label"])
    picture.width = end + 14
    _headings(block, picture, places)
    layouts = block.rows("layouts", number, view.family)
    if not layouts:
        return picture
    bottom = tables["layouts"]["bottom"][layouts[0]]
    picture.height = tables["layouts"]["height"][layouts[0]]
    _labels(block, view, picture)
    _not_held(block, picture, places, bottom)
    _grid(block, view, picture, places)
    _shapes(block, view, picture, places, end)
    _outlines(block, view, picture, places)
    _frame(block, view, picture, places)
    return picture


def _places(block: Block, view: View, number: int) -> tuple[dict[int, _Place], int]:
    sessions, geometry = block.tables["sessions"], block.facts["geometry"]
    shown = [i for i in block.rows("sessions", number) if within(sessions["day"][i], view)]
    hidden = max(0, len(shown) - geometry["columnsShown"])
    places = {}
    for n, i in enumerate(shown[hidden:]):
        along = (sessions["place"][i] - sessions["place"][shown[hidden]]) / 100
        x = geometry["label"] + geometry["column"] * (along if view.axis == "date" else n)
        places[sessions["col"][i]] = _Place(x, i, n)
    return places, hidden


def _headings(block: Block, picture: Picture, places: dict[int, _Place]) -> None:
    sessions, half = block.tables["sessions"], block.facts["geometry"]["cell"] / 2
    write(picture.layers, 0, -11, block.facts["words"]["session"], "ink-3", 13)
    for col, place in places.items():
        date, number = block.texts[sessions["date"][place.i]], sessions["no"][place.i]
        x = place.x + half
        write(picture.layers, x, -27 if date else -11, str(number), "ink", 14, "bold", "center")
        if date:
            write(picture.layers, x, -11, date, "ink-3", 13, "normal", "center")
        picture.columns.append(
            {
                "col": col,
                "no": number,
                "date": date,
                "words": block.texts[sessions["words"][place.i]],
                "note": block.texts[sessions["note"][place.i]],
                "held": bool(sessions["held"][place.i]),
            }
        )


def _labels(block: Block, view: View, picture: Picture) -> None:
    rows = block.tables["rows"]
    for i in block.rows("rows", picture.number, view.family):
        row: dict[str, Any] = {
            "y": rows["y"][i],
            "kind": rows["kind"][i],
            "label": block.texts[rows["label"][i]],
            "sub": block.texts[rows["sub"][i]],
            "instrument": rows["instrument"][i],
            "member": block.texts[rows["member"][i]],
        }
        picture.rows.append(row)
        picture.grid.append([""] * len(picture.columns))
        if view.bare:
            continue
        write(picture.layers, 0, row["y"] + 11, row["label"], "ink", 16, "bold")
        write(picture.layers, 0, row["y"] + 28, row["sub"], "ink-3", 13)


def _not_held(block: Block, picture: Picture, places: dict[int, _Place], bottom: int) -> None:
    cell, words = block.facts["geometry"]["cell"], block.facts["words"]["notHeldSign"]
    for place in places.values():
        if block.tables["sessions"]["held"][place.i]:
            continue
        put(picture.layers["hatch"], place.x, place.x + cell, 0, bottom)
        if bottom >= 120:
            middle = (place.x + cell / 2, bottom / 2)
            write(picture.layers, *middle, words, "ink-2", 13, "normal", "center", 1, "paper")


def _grid(block: Block, view: View, picture: Picture, places: dict[int, _Place]) -> None:
    cells, sessions = block.tables["cells"], block.tables["sessions"]
    geometry, parts = block.facts["geometry"], _parts(block, view, picture.number)
    width, height = geometry["cell"], geometry["cellHeight"]
    for i in block.rows("cells", picture.number, view.family):
        col, place = cells["col"][i], places.get(cells["col"][i])
        row = picture.rows[cells["row"][i]]
        if cells["scale"][i] not in (view.scale, ANY) or place is None:
            continue
        if not concerns(view, row["member"]):
            continue
        said = block.texts[cells["text"][i]]
        picture.grid[cells["row"][i]][place.n] = said
        look = block.facts["looks"][str(cells["look"][i])]
        draw(picture.layers, cells["look"][i], look, (place.x, row["y"], width, height), said, 16)
        put(
            picture.layers["hit"],
            *(place.x, place.x + width, row["y"], row["y"] + height),
            *(cells["row"][i], col, row["label"], block.texts[sessions["words"][place.i]], said),
            parts.get((cells["row"][i], col), ""),
            block.texts[sessions["note"][place.i]],
        )


def concerns(view: View, member: str) -> bool:
    """Return whether a row is of a chosen member or, without a member, of the whole family."""
    return not (view.members and member) or member in view.members


def _parts(block: Block, view: View, number: int) -> dict[tuple[int, int], str]:
    cells, parts = block.tables["cells"], dict[tuple[int, int], str]()
    for i in block.rows("cells", number, view.family):
        if cells["value"][i] == NONE or cells["scale"][i] == ANY:
            continue
        key = (cells["row"][i], cells["col"][i])
        scale = block.facts["scaleWords"][cells["scale"][i]]
        part = f"{scale} {block.texts[cells['text'][i]]}"
        parts[key] = f"{parts[key]} · {part}" if key in parts else part
    return parts


@dataclass(frozen=True)
class _Span:
    """Finds where a shape begins and ends; an end out of view is drawn at the nearest edge."""

    places: dict[int, _Place]
    end: float
    cell: int

    def x(self, col: int, offset: float) -> float:
        if col >= RIGHT:
            return offset if col == UNBOUND else self.end + offset
        return self.places[col].x + offset

    def __call__(self, c0: int, d0: int, c1: int, d1: int) -> tuple[float, float] | None:
        if c0 >= RIGHT:
            return self.x(c0, d0), self.x(c1, d1)
        seen = [col for col in self.places if c0 <= col <= c1]
        if not seen:
            return None
        start = self.x(c0, d0) if c0 in self.places else self.x(seen[0], 0)
        return start, self.x(c1, d1) if c1 in self.places else self.x(seen[-1], self.cell)


def _shapes(
    block: Block, view: View, picture: Picture, places: dict[int, _Place], end: float
) -> None:
    span = _Span(places, end, block.facts["geometry"]["cell"])
    key, tables, layers = (picture.number, view.family), block.tables, picture.layers
    colours = block.facts["colours"]
    wash, line, point = tables["washes"], tables["lines"], tables["points"]
    for i in block.rows("washes", *key):
        ends = span(wash["c0"][i], wash["d0"][i], wash["c1"][i], wash["d1"][i])
        if ends:
            tip = wash["tip"][i] if wash["c1"][i] in places else 0
            (a, b), t, u = ends, wash["top"][i], wash["low"][i]
            put(layers["washes"], [a, b - tip, b, b - tip, a], [t, t, (t + u) / 2, u, u])
    for i in block.rows("lines", *key):
        if not _is_shown(view, picture, line["scale"][i], line["row"][i]):
            continue
        ends = span(line["c0"][i], line["d0"][i], line["c1"][i], line["d1"][i])
        if ends:
            color, thick = colours[line["colour"][i]], line["width"][i]
            put(layers["strokes"], ends[0], line["y0"][i], ends[1], line["y1"][i], color, thick)
    for i in block.rows("points", *key):
        if point["col"][i] in places:
            x, color = span.x(point["col"][i], point["dx"][i]), colours[point["colour"][i]]
            put(layers["points"], x, point["y"][i], point["size"][i], "none", color)
    _words(block, view, picture, span)


def _is_shown(view: View, picture: Picture, scale: int, row: int) -> bool:
    """Return whether a line of a scale and a row belongs to what is looked at."""
    of_scale = scale in (view.scale, ANY)
    return of_scale and (row == ANY or concerns(view, picture.rows[row]["member"]))


def _words(block: Block, view: View, picture: Picture, span: _Span) -> None:
    words = block.tables["words"]
    for i in block.rows("words", picture.number, view.family):
        style = block.facts["styles"][words["style"][i]]
        is_placed = words["col"][i] == UNBOUND or words["col"][i] in span.places
        if not is_placed or words["scale"][i] not in (view.scale, ANY):
            continue
        x, text = span.x(words["col"][i], words["dx"][i]), block.texts[words["text"][i]]
        drawn = (style["color"], style["size"], style["style"], style["align"])
        write(picture.layers, x, words["y"][i], text, *drawn)


def _outlines(block: Block, view: View, picture: Picture, places: dict[int, _Place]) -> None:
    outlines, held = block.tables["outlines"], block.tables["sessions"]["held"]
    cell = block.facts["geometry"]["cell"]
    for i in block.rows("outlines", picture.number, view.family):
        if block.facts["threats"][outlines["threat"][i]] not in view.threats:
            continue
        for col, place in places.items():
            if outlines["from"][i] <= col <= outlines["to"][i] and held[place.i]:
                edges = (outlines["top"][i] - 3, outlines["low"][i] + 3)
                sides = (place.x - 3, place.x + cell + 3)
                put(picture.layers["frames"], *sides, *edges, "coded", 20)


def _frame(block: Block, view: View, picture: Picture, places: dict[int, _Place]) -> None:
    geometry = block.facts["geometry"]
    if view.cell is None or view.cell[1] not in places or view.cell[0] >= len(picture.rows):
        return
    x, y = places[view.cell[1]].x, picture.rows[view.cell[0]]["y"]
    edges = (x - 4, x + geometry["cell"] + 4, y - 4, y + geometry["cellHeight"] + 4)
    put(picture.layers["frames"], *edges, "ink", 20)
