"""Every code of a service in the order people count, and the pages its list of cases falls into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dashboard.domain.codes import natural_order
from dashboard.views.numbers import in_code_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

CASES_SHOWN = 40
"""Cases of one page of a large service: as many as the picture of weeks has rows."""

FOUND = 50
"""Codes a search offers at most: more than that nobody reads."""


@dataclass(frozen=True)
class Part:
    """Which part of a longer list of cases a browser holds.

    Attributes:
        page: Its page, from 0.
        pages: How many pages the list has.
        first: Place of its first case in the list, from 1.
        all: Cases of the whole list.
        agenda: Whether it holds the cases the agenda of the whole list begins with, whatever page.
        talk: Cases of the whole list with something to talk about, where it holds those.
        before: The case of the list before its first; empty where none is.
        after: The case of the list after its last, likewise.
    """

    page: int
    pages: int
    first: int
    all: int
    agenda: bool = False
    talk: int = 0
    before: str = ""
    after: str = ""


class ServiceIndex:
    """The codes of one generation, small enough to be kept whole at any size of service.

    Args:
        counts: Rows of ``cell_counts``.
        therapists: Codes of therapists.
        groups: Codes of groups.
    """

    def __init__(
        self, counts: pl.DataFrame, therapists: Iterable[str], groups: Iterable[str]
    ) -> None:
        ordered = in_code_order(counts)
        self.family_of: dict[str, str] = dict(
            zip(ordered["case_id"], ordered["family_id"], strict=True)
        )
        self.cell_count: dict[str, int] = dict(
            zip(ordered["case_id"], ordered["cell_count"], strict=True)
        )
        self.total = sum(self.cell_count.values())
        self.codes: dict[str, list[str]] = {
            "families": list(dict.fromkeys(self.family_of.values())),
            "therapists": sorted(therapists, key=natural_order),
            "groups": sorted(groups, key=natural_order),
        }

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """The codes that exist, by the name a selection has for them."""
        codes = {name: frozenset(codes) for name, codes in self.codes.items()}
        return codes | {"cases": frozenset(self.family_of)}

    def in_order(self, cases: Iterable[str]) -> list[str]:
        """Return cases in the order of their families and codes."""
        wanted = frozenset(cases)
        return [case for case in self.family_of if case in wanted]

    def of_family(self, case: str) -> list[str]:
        """Return the cases of the family of a case; none where the case does not exist."""
        family = self.family_of.get(case)
        return [other for other, its in self.family_of.items() if its == family] if family else []

    def found(self, name: str, text: str, *, beside: Sequence[str] = ()) -> list[str]:
        """Return the codes that a text stands in, those that begin with it first.

        Args:
            name: ``families`` or ``therapists``.
            text: Part of a code, in any case; an empty text is part of every code.
            beside: Codes that are offered whatever the text is: the chosen ones, which come first.

        Returns:
            At most ``FOUND`` codes beside the chosen ones, each group in the order people count.
        """
        sought, kept = text.strip().casefold(), frozenset(beside)
        begin: list[str] = []
        within: list[str] = []
        for code in self.codes[name]:
            place = -1 if code in kept else code.casefold().find(sought)
            if place >= 0:
                (within if place else begin).append(code)
            if len(begin) == FOUND:
                break
        chosen = [code for code in self.codes[name] if code in kept] if kept else []
        return chosen + (begin + within)[:FOUND]

    def pages(self, cases: Sequence[str], limit: int) -> list[int]:
        """Return where each page of a list of cases begins.

        Args:
            cases: Cases in the order of the list.
            limit: Cells of one page at most; a case that is larger alone has a page alone.
        """
        starts, cells = [0], 0
        for place, case in enumerate(cases):
            cells += self.cell_count[case]
            if place > starts[-1] and (place - starts[-1] == CASES_SHOWN or cells > limit):
                starts.append(place)
                cells = self.cell_count[case]
        return starts

    def cut(
        self, cases: Sequence[str], limit: int, *, page: int = 0, around: str = ""
    ) -> tuple[list[str], Part | None]:
        """Return one page of a list of cases, and which part of it that is.

        Args:
            cases: Cases in the order of the list.
            limit: Cells of one page at most.
            page: The page asked for, from 0; beyond the last it is the last.
            around: A case whose page is taken instead.

        Returns:
            The cases, and no part where they are the whole list.
        """
        starts = self.pages(cases, limit)
        if len(starts) == 1:
            return list(cases), None
        if around in cases:
            place = cases.index(around)
            page = max(n for n, start in enumerate(starts) if start <= place)
        page = min(max(page, 0), len(starts) - 1)
        first, last = starts[page], [*starts[1:], len(cases)][page]
        part = Part(
            page,
            len(starts),
            first + 1,
            len(cases),
            before="".join(cases[first - 1 : first]) if first else "",
            after="".join(cases[last : last + 1]),
        )
        return list(cases[first:last]), part
