"""The set of cases that one page holds, and the way to another: seen first, completed beside it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import panel as pn

from dashboard.panels.listing import filters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bokeh.document import Document

    from dashboard.domain.selection import Selection
    from dashboard.panels.sets import LoadedSet, Wanted
    from dashboard.panels.shared import SharedPictures


LIKELY = 2
"""Sets of therapists that are made ready at most where a pointer rests: in place of, and beside."""


def served_document() -> Document | None:
    """Return the document of the session that is spoken to now; none in a notebook or a file."""
    document = pn.state.curdoc
    return document if document is not None and document.session_context else None


class HeldCases:
    """The cases one browser holds; another set is fetched where a selection leaves them.

    Where somebody waits, what families by weeks need is fetched first. The rest is made once the
    page says that it shows that much, so that it does not stand in its way, and only then are the
    pages before and after made ready.

    Args:
        shared: Sets of this process.
        selection: What is looked at first.
        completed: Called when the rest of a set has come.
        page: Page of a larger service to begin with, from 0; none for the cases the agenda begins
            with.

    Attributes:
        in_two_steps: Whether the page can show a set before its rest has come, and asks for it.
    """

    def __init__(
        self,
        shared: SharedPictures,
        selection: Selection,
        completed: Callable[[], None],
        *,
        page: int | None = 0,
    ) -> None:
        self.shared = shared
        self.by_agenda = page is None
        self.page = page or 0
        self.in_two_steps = True
        self._completed = completed
        self._pending: Wanted | None = None
        self.begin(selection)

    def begin(self, selection: Selection) -> None:
        """Hold the set of a selection, complete."""
        self._wanted = self.shared.wanted(selection, self.page, by_agenda=self.by_agenda)
        self._take(self.shared.made(self._wanted))

    def _take(self, loaded: LoadedSet) -> None:
        self.loaded = loaded
        self.page = loaded.part.page if loaded.part else 0

    def follow(self, selection: Selection, *, before: Selection) -> bool:
        """Fetch another set where a selection leaves the one that is held.

        A set that holds every case is kept although newer data have come: a page never mixes
        two generations, it offers the newer one.

        Args:
            selection: What is looked at now.
            before: What was looked at; other filters begin with the first page.

        Returns:
            Whether another set is held than before.
        """
        same = filters_of(selection) == filters_of(before)
        return self.turn(selection, self.page if same else 0)

    def turn(self, selection: Selection, page: int) -> bool:
        """Fetch a page of the cases of a selection; see ``follow``."""
        if self.loaded.is_whole:
            return False
        wanted = self.shared.wanted(selection, page, by_agenda=self.by_agenda)
        if wanted.key == self._wanted.key:
            return False
        self._wanted = wanted
        made = self.shared.ready(wanted)
        is_seen_first = made is None and self._sees_first(wanted)
        self._pending = wanted if is_seen_first else None
        look = self.shared.glimpse if is_seen_first else self.shared.made
        self._take(made or look(wanted))
        if not is_seen_first:
            self._warm_beside(selection)
        return True

    def asked(self, what: Mapping[str, object], selection: Selection) -> bool:
        """Do what the page asks for.

        Args:
            what: ``page`` for another page, ``agenda`` whether the cases are wanted that the agenda
                begins with, ``rest`` for the rest of what it shows, ``likely`` with lists of
                therapists that may be chosen next, the likeliest first; anything else is nothing.
            selection: What is looked at now.

        Returns:
            Whether another set is held than before.
        """
        page, agenda, likely = what.get("page"), what.get("agenda"), what.get("likely")
        if what.get("rest"):
            self.rest(selection)
        if isinstance(likely, list):
            self._warm_therapists(likely[:LIKELY], selection)
        if isinstance(agenda, bool):
            self.by_agenda = agenda
        if isinstance(agenda, bool) or isinstance(page, int):
            return self.turn(selection, page if isinstance(page, int) else 0)
        return False

    def _warm_therapists(self, likely: list[object], selection: Selection) -> None:
        """Make the glimpses of some therapists ready, one after another."""
        if self.loaded.is_whole:
            return
        known = self.shared.index.known["therapists"]
        asked = [sorted(map(str, each)) for each in likely if isinstance(each, list)]
        chosen = [
            selection.changed(therapists=each, cases=()) for each in asked if known.issuperset(each)
        ]

        def look() -> None:
            for each in chosen:
                wanted = self.shared.wanted(each, by_agenda=self.by_agenda)
                if self.shared.ready(wanted) is None:
                    self.shared.glimpse(wanted)

        if chosen:
            self.shared.warmer.soon(look)

    def _sees_first(self, wanted: Wanted) -> bool:
        is_same = wanted.generation == self.loaded.generation
        return self.in_two_steps and is_same and served_document() is not None

    def rest(self, selection: Selection) -> None:
        """Make the rest of what is held, beside everything else; a second time asks for nothing.

        Args:
            selection: What is looked at now, of which the pages beside are made ready afterwards.
        """
        wanted, document = self._pending, served_document()
        if wanted is None or document is None:
            return
        self._pending = None
        complete = functools.partial(self._complete, wanted, document, selection)
        self.shared.warmer.soon(complete, first=True)

    def _complete(self, wanted: Wanted, document: Document, selection: Selection) -> None:
        if wanted is not self._wanted:
            return  # whoever asked has moved on, and others wait
        made = self.shared.made(wanted)
        made.patch.packed()  # here, where nobody waits, and not in the thread that answers all

        def bring() -> None:
            if wanted is self._wanted:
                self._take(made)
                self._completed()
                self._warm_beside(selection)

        document.add_next_tick_callback(bring)

    def _warm_beside(self, selection: Selection) -> None:
        part = self.loaded.part
        if served_document() is not None and part and not part.agenda:
            for beside in (self.page - 1, self.page + 1):
                self.warm(selection, beside)

    def warm(self, selection: Selection, page: int = 0) -> None:
        """Make the glimpse of a set ready beside everything else: it is likely to be asked for."""
        part = self.loaded.part
        if self.loaded.is_whole or page < 0 or (page and part and page >= part.pages):
            return
        wanted = self.shared.wanted(selection, page, by_agenda=self.by_agenda)
        if self.shared.ready(wanted) is None:
            self.shared.warmer.soon(functools.partial(self.shared.glimpse, wanted))
