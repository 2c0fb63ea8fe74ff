"""Every code of a service in the order people count, and the pages its list of cases falls into."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.codes import natural_order
from dashboard.domain.selection import Selection
from dashboard.domain.vocabulary import CaseRole
from dashboard.views.numbers import in_code_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

CASES_SHOWN = 40
"""Cases of one page of a large service: as many as the picture of weeks has rows."""

IN_CHARGE = (CaseRole.LEAD, CaseRole.CO)
"""Roles that make a case one of a therapist's. Source: the macro ``selected_cases``."""

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


class CaseList:
    """Cases in the order of a list, with the pages it falls into; kept where it is asked for again.

    Args:
        cases: The cases.
        cell_count: How many cells each of them has.
    """

    def __init__(self, cases: Sequence[str], cell_count: Mapping[str, int]) -> None:
        self.cases = cases
        self._cell_count = cell_count
        self._pages: dict[int, list[int]] = {}

    def pages(self, limit: int) -> list[int]:
        """Return where each page of the list begins.

        Args:
            limit: Cells of one page at most; a case that is larger alone has a page alone.
        """
        if limit not in self._pages:
            self._pages = {limit: self._begin(limit)}
        return self._pages[limit]

    def _begin(self, limit: int) -> list[int]:
        starts, cells = [0], 0
        for place, case in enumerate(self.cases):
            cells += self._cell_count[case]
            if place > starts[-1] and (place - starts[-1] == CASES_SHOWN or cells > limit):
                starts.append(place)
                cells = self._cell_count[case]
        return starts

    def cut(self, limit: int, *, page: int = 0, around: str = "") -> tuple[list[str], Part | None]:
        """Return one page of the list, and which part of it that is.

        Args:
            limit: Cells of one page at most.
            page: The page asked for, from 0; beyond the last it is the last.
            around: A case whose page is taken instead.

        Returns:
            The cases, and no part where they are the whole list.
        """
        cases, starts = self.cases, self.pages(limit)
        if len(starts) == 1:
            return list(cases), None
        if around in self._places:
            page = bisect_right(starts, self._places[around]) - 1
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

    @cached_property
    def _places(self) -> dict[str, int]:
        return {case: place for place, case in enumerate(self.cases)}


class ServiceIndex:
    """The codes of one generation, small enough to be kept whole at any size of service.

    Args:
        counts: Rows of ``cell_counts``.
        therapists: Codes of therapists.
        groups: Codes of groups.
        spans: Returns rows of ``case_therapist_spans``; asked once, when somebody filters by them.
    """

    def __init__(
        self,
        counts: pl.DataFrame,
        therapists: Iterable[str],
        groups: Iterable[str],
        spans: Callable[[], pl.DataFrame],
    ) -> None:
        self._spans = spans
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
        return sorted(frozenset(cases) & self._places.keys(), key=self._places.__getitem__)

    def listed(self, cases: Iterable[str] | None = None) -> CaseList:
        """Return cases as a list by families and codes, or every case where none are given."""
        ordered = list(self.family_of) if cases is None else self.in_order(cases)
        return CaseList(ordered, self.cell_count)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {case: place for place, case in enumerate(self.family_of)}

    def passing(self, selection: Selection) -> CaseList | None:
        """Return the cases that pass a selection of groups, therapists and families alone.

        The rule is that of ``selected_cases`` without dates: a lead or co at any time. Nothing has
        to be asked for it, so that another therapist is shown sooner.

        Args:
            selection: What is looked at.

        Returns:
            The cases as a list by families and codes; none where another filter is set.
        """
        groups, therapists, families = selection.groups, selection.therapists, selection.families
        if selection != Selection(groups=groups, therapists=therapists, families=families):
            return None
        chosen: list[frozenset[str]] = []
        if families:
            chosen.append(_of_any(families, self._cases_of))
        if groups:
            chosen.append(_of_any(groups, self.cases_of_care["group_id"]))
        if therapists:
            chosen.append(_of_any(therapists, self.cases_of_care["therapist_id"]))
        return self.listed(frozenset.intersection(*chosen) if chosen else None)

    @cached_property
    def cases_of_care(self) -> dict[str, dict[str, list[str]]]:
        """The cases that therapists, and so their groups, lead or co-lead at some time."""
        spans = self._spans().filter(pl.col("role").is_in(list(map(str, IN_CHARGE))))
        return {
            name: {
                code: cases
                for code, cases in spans.group_by(name).agg("case_id").iter_rows()
                if code is not None
            }
            for name in ("group_id", "therapist_id")
        }

    def of_family(self, case: str) -> list[str]:
        """Return the cases of the family of a case; none where the case does not exist."""
        return list(self._cases_of.get(self.family_of.get(case, ""), ()))

    @cached_property
    def _cases_of(self) -> dict[str, list[str]]:
        cases: dict[str, list[str]] = {}
        for case, family in self.family_of.items():
            cases.setdefault(family, []).append(case)
        return cases

    @cached_property
    def _folded(self) -> dict[str, list[tuple[str, str]]]:
        return {
            name: [(code, code.casefold()) for code in codes] for name, codes in self.codes.items()
        }

    def found(self, name: str, text: str, *, beside: Sequence[str] = ()) -> list[str]:
        """Return the codes that a text stands in, those that begin with it first.

        Args:
            name: ``families`` or ``therapists``.
            text: Part of a code, in any case; an empty text is part of every code.
            beside: Codes that are offered whatever the text is: the chosen ones, which come first.

        Returns:
            At most ``FOUND`` codes beside the chosen ones, each group in the order people count.
        """
        sought, kept = text.strip().casefold(), frozenset(beside) & self.known[name]
        begin: list[str] = []
        within: list[str] = []
        for code, folded in self._folded[name]:
            place = -1 if code in kept else folded.find(sought)
            if place >= 0:
                (within if place else begin).append(code)
            if len(begin) == FOUND:
                break
        chosen = sorted(kept, key=natural_order)
        return chosen + (begin + within)[:FOUND]


def _of_any(codes: Iterable[str], cases_of: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset().union(*(cases_of.get(code, ()) for code in codes))
