"""Which cases a page holds of a larger service: those of a page by code, or the agenda's first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import GOING_WELL
from dashboard.panels.index import CASES_SHOWN, CaseList, Part
from dashboard.views.agenda import LEARN_FROM

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from dashboard.panels.index import ServiceIndex

Place = tuple[tuple[str, ...] | None, Part | None]


class Listing:
    """Finds the cases of a set among those that pass the filters.

    Args:
        index: Every code of the generation.
        passing: Returns the cases that pass a selection, in the order of the list.
        agenda: Returns rows of ``agenda_reasons`` for a selection.
        limit: Cells of one page at most.
    """

    def __init__(
        self,
        index: ServiceIndex,
        passing: Callable[[Selection], CaseList],
        agenda: Callable[[Selection], pl.DataFrame],
        limit: int,
    ) -> None:
        self.index, self.passing, self.agenda, self.limit = index, passing, agenda, limit

    def place(self, selection: Selection, page: int, *, by_agenda: bool = False) -> Place:
        """Return the cases of a set in the order of the list, and which part of it.

        Args:
            selection: What is looked at.
            page: Page of the list in code order, from 0.
            by_agenda: Whether the cases are wanted that stand first on the agenda.
        """
        index, shown = self.index, selection.cases[0] if selection.cases else ""
        of_whom = Selection(
            groups=selection.groups, therapists=selection.therapists, families=selection.families
        )
        cases, part = self.passing(of_whom).cut(self.limit)
        if part is not None:
            listed = self.passing(filters_of(selection))
            first = self._first(listed, selection) if by_agenda else None
            if first is not None and (not shown or shown in first[0]):
                return first
            cases, part = listed.cut(self.limit, page=page, around=shown)
        if shown and shown not in cases:
            of_family = index.listed(index.of_family(shown))
            cases, part = of_family.cut(self.limit, around=shown)
        return tuple(cases), part

    def _first(self, listed: CaseList, selection: Selection) -> tuple[tuple[str, ...], Part] | None:
        """Return the cases the agenda begins with; none where all of the list fit one page."""
        cases, part = listed.cut(self.limit)
        if part is None:
            return None
        reasons = self.agenda(filters_of(selection)).select("case_id", "case_tier")
        ordered = reasons.unique("case_id", keep="first", maintain_order=True)
        well = ordered.filter(ordered["case_tier"] == GOING_WELL)["case_id"].to_list()
        talk = ordered.filter(ordered["case_tier"] != GOING_WELL)["case_id"].to_list()
        wanted = [*talk[: CASES_SHOWN - LEARN_FROM], *well[:LEARN_FROM]] or cases
        held, _ = CaseList(wanted, self.index.cell_count).cut(self.limit)
        return tuple(held), replace(part, agenda=True, talk=len(talk), after="")


def filters_of(selection: Selection) -> Selection:
    """Return what decides which cases are listed: everything but the one that is shown, and how."""
    return selection.changed(cases=(), instrument="", scale="", axis="session")
