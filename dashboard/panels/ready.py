"""What a page asks the store, asked before it is put together; nothing here draws anything."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.panels.data_screen import data_facts
from dashboard.panels.screens import page_of, screen_of

if TYPE_CHECKING:
    from dashboard.panels.shared import SharedPictures


def make_ready(shared: SharedPictures, query: str) -> None:
    """Ask the store all that a page of an address shows, so that ``board_page`` need not.

    What every page of a large service says alike is asked beside its cases.

    Args:
        shared: Blocks and figures of this process.
        query: The query of the address; what cannot be read is said by the page itself.
    """
    selection, _ = selection_of(query)
    page = first_page(query, selection)
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as beside:
        said = beside.submit(_said_alike, shared)
        loaded = shared.loaded(selection, page)
        known, _ = shared.accept(selection, shared.offer(loaded, selection))
        shared.figures(shared.loaded(known, page))
        said.result()


def begin_first(shared: SharedPictures) -> threading.Thread:
    """Begin to ask for the first page while libraries are still imported: both take their time.

    The figures are left to ``make_ready``, since drawing them imports the same libraries.

    Args:
        shared: Blocks and figures of this process.

    Returns:
        The thread that asks. What fails in it fails again, and is said, in ``make_ready``.
    """

    def ask() -> None:
        with suppress(Exception):
            _said_alike(shared)
            shared.loaded(Selection(), first_page("", Selection()))

    thread = threading.Thread(target=ask, name="first page")
    thread.start()
    return thread


def _said_alike(shared: SharedPictures) -> None:
    data_facts(shared)
    shared.frame("coverage_total")


def selection_of(query: str) -> tuple[Selection, bool]:
    """Return what an address asks for, and whether it could not be read."""
    try:
        return Selection.from_query(query), False
    except SelectionError:
        return Selection(), True


def first_page(query: str, selection: Selection) -> int | None:
    """Return the page of families an address opens; none for the cases the agenda begins with."""
    is_agenda = screen_of(query, in_case=bool(selection.cases)) == "agenda"
    return None if is_agenda else page_of(query)
