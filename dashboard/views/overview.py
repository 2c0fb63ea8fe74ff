"""The overview in rows of layers: families by weeks, forty families and half a year at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.views.layers import draw, empty_layers, put, write
from dashboard.views.packing import NONE, Block
from dashboard.views.slice import Picture, chosen

if TYPE_CHECKING:
    from dashboard.views.view import View

_NOT_HELD = 15


def overview_picture(block: Block, view: View) -> Picture:
    """Return the overview: the lowest rating of a member, per case and week.

    Args:
        block: The data block.
        view: What is looked at, with the page of families and of weeks.

    Returns:
        Rows of every layer for the page in view; without dates or cases only empty layers.
    """
    geometry, listed = block.facts["geometry"], chosen(block, view)
    paging = _paging(block, view, len(listed))
    first = 0 if block.facts["part"] else paging["from"]
    shown = listed[first : first + geometry["familiesShown"]]
    columns = list(range(paging["start"], paging["last"] + 1))
    width = geometry["label"] + len(columns) * geometry["week"] + 10
    height = max(60, len(shown) * geometry["weekRow"])
    picture = Picture(empty_layers(), width, height, columns=columns)
    picture.paging = {**paging, "list": listed}
    for week, name in block.facts["months"]:
        if week in columns:
            x = geometry["label"] + (week - paging["start"]) * geometry["week"]
            write(picture.layers, x, -14, name, "ink-2", 13)
    for n, number in enumerate(shown):
        _row(block, view, picture, n, number)
    return picture


def _paging(block: Block, view: View, count: int) -> dict[str, int]:
    facts, geometry = block.facts, block.facts["geometry"]
    pages = max(1, -(-count // geometry["familiesShown"]))
    page = min(view.page, pages - 1)
    families = {"page": page, "pages": pages, "from": page * geometry["familiesShown"]}
    families["all"] = count
    if part := facts["part"]:
        families = {name: part[name] for name in ("page", "pages", "all")}
        families["from"] = part["first"] - 1
    final = max(0, facts["weekCount"] - 1)

    def week(day: int, otherwise: int) -> int:
        asked = otherwise if day == NONE else (day - int(facts["firstDay"])) // 7
        return int(min(max(asked, 0), final))

    least, most = week(view.start, 0), week(view.stop, final)
    week_pages = max(1, -(-(most - least + 1) // geometry["weeksShown"]))
    week_page = min(view.week_page, week_pages - 1)
    last = most - week_page * geometry["weeksShown"]
    return {
        **families,
        "weekPage": week_page,
        "weekPages": week_pages,
        "start": max(least, last - geometry["weeksShown"] + 1),
        "last": last,
    }


def _row(block: Block, view: View, picture: Picture, n: int, number: int) -> None:
    geometry, weeks = block.facts["geometry"], block.tables["weeks"]
    case: dict[str, Any] = block.facts["cases"][number]
    y, layers = n * geometry["weekRow"], picture.layers
    top, middle = y + geometry["weekTop"], y + geometry["weekTop"] + geometry["weekCellHeight"] / 2
    said = [""] * len(picture.columns)
    row = {"y": y, "code": case["code"], "family": case["family"], "who": case["who"]}
    picture.rows.append(row)
    if not view.bare:
        write(layers, 0, middle, case["family"], "ink", 16, "bold")
        write(layers, 76, middle, case["who"], "ink-3", 13)
    rule = y + geometry["weekRow"] - 1
    put(layers["strokes"], 0, rule, picture.width - 10, rule, "rule", 10)
    for i in block.rows("weeks", number, view.family):
        if weeks["week"][i] not in picture.columns:
            continue
        place = weeks["week"][i] - picture.paging["start"]
        x = geometry["label"] + place * geometry["week"]
        box = (x, top, geometry["weekCell"], geometry["weekCellHeight"])
        _cell(block, picture, i, box)
        said[place] = block.texts[weeks["said"][i]]
        edges = (box[0], box[0] + box[2], top, top + box[3])
        day = block.facts["weekDays"][weeks["week"][i]]
        who = (n, weeks["week"][i], case["family"], day, said[place], "", "")
        put(layers["hit"], *edges, *who)
    picture.grid.append(said)


def _cell(block: Block, picture: Picture, i: int, box: tuple[float, float, float, float]) -> None:
    weeks, (x, top, _, height) = block.tables["weeks"], box
    look = weeks["look"][i]
    if look == _NOT_HELD:
        for start in (4, 15):
            ends = (x + start, top + height, x + start + 16, top)
            put(picture.layers["strokes"], *ends, "ink-3", 10)
    drawn = block.facts["looks"][str(look)]
    draw(picture.layers, look, drawn, box, block.texts[weeks["text"][i]], 14)
