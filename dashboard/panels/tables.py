"""The tables that say what a picture shows, for the first view and for print."""

from __future__ import annotations

from markupsafe import escape

from dashboard.views.packing import Block
from dashboard.views.slice import Picture
from dashboard.views.view import View


def case_table(block: Block, view: View, picture: Picture) -> str:
    """Return the table of a case as HTML, every text escaped; as the engine writes it later."""
    if picture.number < 0:
        return ""
    words = block.facts["words"]
    caption = words["caseTable"].format(
        case=view.case, scale=block.facts["scaleWords"][view.scale]
    )
    heads = "".join(
        f'<th scope="col">{column["no"]}<span>{escape(column["date"])}</span></th>'
        for column in picture.columns
    )
    rows = [
        f'<tr><th scope="row">{escape(row["label"])} <small>{escape(row["sub"])}</small></th>'
        + "".join(f"<td>{escape(said)}</td>" for said in picture.grid[number])
        + "</tr>"
        for number, row in enumerate(picture.rows)
    ]
    return _table(caption, words["member"], heads, rows)


def week_table(block: Block, view: View, picture: Picture) -> str:
    """Return the table of the overview as HTML, every text escaped."""
    words, days = block.facts["words"], block.facts["weekDays"]
    scale = block.facts["scaleWords"][view.scale] if block.facts["scaleWords"] else ""
    caption = words["weekTable"].format(scale=scale)
    heads = "".join(
        f'<th scope="col">{escape(days[week])}</th>' for week in picture.columns if week < len(days)
    )
    rows = [
        f'<tr><th scope="row">{escape(row["family"])}</th>'
        + "".join(f"<td>{escape(said)}</td>" for said in picture.grid[number])
        + "</tr>"
        for number, row in enumerate(picture.rows)
    ]
    return _table(caption, words["family"], heads, rows)


def _table(caption: str, corner: str, heads: str, rows: list[str]) -> str:
    return (
        f'<table class="twin" aria-label="{escape(caption)}"><caption>{escape(caption)}</caption>'
        f'<thead><tr><th scope="col">{escape(corner)}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
