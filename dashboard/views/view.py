"""A Selection made definite for one block: what the engine slices by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.views.packing import NONE, Block

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class View:
    """A selection in the numbers of a block, and the place looked at.

    Attributes:
        family: Number of the instrument family shown.
        scale: Number of the scale shown.
        start: First day as days since 1970-01-01, or NONE.
        stop: Last day, or NONE.
        cell: Row and session column of the chosen cell.
        page: Page of families in the overview, from 0.
        week_page: Page of weeks, 0 the newest.
        bare: Whether the face writes the names of the rows itself, as the page does.
    """

    groups: tuple[str, ...] = ()
    therapists: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    case: str = ""
    family: int = 0
    scale: int = 0
    start: int = NONE
    stop: int = NONE
    axis: str = "session"
    cell: tuple[int, int] | None = None
    page: int = 0
    week_page: int = 0
    bare: bool = False

    def for_browser(self) -> dict[str, Any]:
        """Return the view as the engine takes it."""
        return {
            "groups": list(self.groups),
            "therapists": list(self.therapists),
            "families": list(self.families),
            "cases": list(self.cases),
            "members": list(self.members),
            "threats": list(self.threats),
            "case": self.case,
            "family": self.family,
            "scale": self.scale,
            "from": self.start,
            "to": self.stop,
            "axis": self.axis,
            "cell": list(self.cell) if self.cell else None,
            "page": self.page,
            "weekPage": self.week_page,
            "bare": self.bare,
        }


def view_of(selection: Selection, block: Block, cell: tuple[int, int] | None = None) -> View:
    """Return a selection in the numbers of a block.

    Args:
        selection: What is looked at; an instrument or scale that the block does not know, or
            that is left empty, becomes the default.
        block: The data block.
        cell: Row and session column of the chosen cell.
    """
    facts = block.facts
    family, scale = instrument_and_scale(selection, facts)
    return View(
        groups=selection.groups,
        therapists=selection.therapists,
        families=selection.families,
        cases=selection.cases,
        members=selection.members,
        threats=selection.threats,
        case=selection.cases[0] if selection.cases else "",
        family=family,
        scale=scale,
        start=_day(selection.date_from if facts["hasDates"] else None),
        stop=_day(selection.date_to if facts["hasDates"] else None),
        axis=str(selection.axis) if facts["hasDates"] else "session",
        cell=cell,
    )


def instrument_and_scale(selection: Selection, facts: dict[str, Any]) -> tuple[int, int]:
    """Return the numbers of the instrument family and the scale that are shown.

    The family asked for, unless the case shown has no form of it; otherwise the commonest of the
    case shown, otherwise of the block. The scale asked for if the family has it, otherwise the
    family's first.
    """
    codes = [family["code"] for family in facts["families"]]
    family = codes.index(selection.instrument) if selection.instrument in codes else -1
    shown = [case for case in facts["cases"] if case["code"] in selection.cases[:1]]
    of_case = [number for case in shown for number in case["families"]]
    if family < 0 or (of_case and family not in of_case):
        family = of_case[0] if of_case else facts["defaultFamily"]
    if not facts["families"]:
        return 0, 0
    scales, default = facts["families"][family]["scales"], facts["families"][family]["default"]
    asked = facts["scales"].index(selection.scale) if selection.scale in facts["scales"] else -1
    return family, asked if asked in scales else default


def _day(day: dt.date | None) -> int:
    return NONE if day is None else (day - _EPOCH).days
