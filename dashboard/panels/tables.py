"""The tables that say what a picture shows, for the first view and for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from dashboard.views.packing import Block
    from dashboard.views.slice import Picture
    from dashboard.views.view import View

_CELL = Markup("<td>{}</td>")
_HEAD = Markup('<th scope="col">{}</th>')
_DATED_HEAD = Markup('<th scope="col">{}<span>{}</span></th>')
_ROW = Markup('<tr><th scope="row">{}{}</th>{}</tr>')
_SMALL = Markup(" <small>{}</small>")
_TABLE = Markup(
    '<table class="twin" aria-label="{0}"><caption>{0}</caption>'
    '<thead><tr><th scope="col">{1}</th>{2}</tr></thead><tbody>{3}</tbody></table>'
)
_NOTHING = Markup("")


def case_table(block: Block, view: View, picture: Picture) -> Markup:
    """Return the table of a case as HTML, every text escaped; as the engine writes it later."""
    if picture.number < 0:
        return _NOTHING
    words = block.facts["words"]
    scales = block.facts["scaleWords"]
    scale = scales[view.scale] if scales else ""
    caption = words["caseTable"].format(case=view.case, scale=scale)
    heads = [_DATED_HEAD.format(column["no"], column["date"]) for column in picture.columns]
    rows = [
        _ROW.format(row["label"], _SMALL.format(row["sub"]), _cells(picture.grid[number]))
        for number, row in enumerate(picture.rows)
    ]
    return _table(caption, words["member"], heads, rows)


def week_table(block: Block, view: View, picture: Picture) -> Markup:
    """Return the table of the overview as HTML, every text escaped."""
    words, days = block.facts["words"], block.facts["weekDays"]
    families, scales = block.facts["families"], block.facts["scaleWords"]
    scale = scales[families[view.family]["default"]] if families else ""
    caption = words["weekTable"].format(scale=scale)
    heads = [_HEAD.format(days[week]) for week in picture.columns if week < len(days)]
    rows = [
        _ROW.format(row["family"], _NOTHING, _cells(picture.grid[number]))
        for number, row in enumerate(picture.rows)
    ]
    return _table(caption, words["family"], heads, rows)


def _cells(said: list[str]) -> Markup:
    return _NOTHING.join(_CELL.format(text) for text in said)


def _table(caption: str, corner: str, heads: list[Markup], rows: list[Markup]) -> Markup:
    return _TABLE.format(caption, corner, _NOTHING.join(heads), _NOTHING.join(rows))
