"""A board in a real browser, and the two ways a person works on it: by mouse and by keyboard."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from dashboard.domain.selection import Selection
from dashboard.panels.codes import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from playwright.sync_api import Locator, Page

    from tests.support.served import Served

READY = "#board[data-state=ready]"
PATIENCE_SECONDS = 15
TAB_STOPS = 400
CODES_ONLY = re.compile(r"(?:(?:^|&)[a-z]+=[A-Za-z0-9._-]+(?:,[A-Za-z0-9._-]+)*)*")
MINUS = "\u2212"

_WAY_TO_FOCUS = """target => {
    if (!target.isConnected) return "wait";
    const chain = [target];
    while (chain[0].getRootNode() !== document) chain.unshift(chain[0].getRootNode().host);
    let scope = document;
    for (const wanted of chain) {
        const at = scope.activeElement;
        if (!at || at === document.body) return "Tab";
        const before = at.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING;
        if (at !== wanted) return before ? "Shift+Tab" : "Tab";
        scope = wanted.shadowRoot;
    }
    return "";
}"""
"""Which key leads from what has the focus to a target, through shadow roots; none if it has it,
``wait`` while the target is being drawn anew."""

_GO = """query => {
    history.pushState(null, "", location.pathname + query);
    dispatchEvent(new PopStateEvent("popstate"));
}"""


def until(holds: Callable[[], bool], page: Page, what: str) -> None:
    """Wait until something outside the page holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        page.wait_for_timeout(20)


def counted(summary: pl.DataFrame) -> str:
    """Return the first sentence of the count line as ``selection_summary`` would say it."""
    row = summary.row(0, named=True)
    forms = f"{row['form_count']} " + ("form" if row["form_count"] == 1 else "forms")
    families = f"{row['family_count']} " + ("family" if row["family_count"] == 1 else "families")
    lowest, highest = (_figure(row[name], row) for name in ("lowest_score", "highest_score"))
    return f"{forms} · {families} · lowest {lowest}, highest {highest}"


def _figure(score: float, row: dict[str, Any]) -> str:
    sign = "+" if row["instrument_family"] == "softa_o" and score > 0 else ""
    return f"{sign}{score:g}".replace("-", MINUS)


_ADDRESS = """() => new Promise(done => {
    const look = () => allianceBoards[0].more ? requestAnimationFrame(look) : done(location.search);
    look();
})"""
"""The address follows the picture: it is there once nothing more is to be said of a change."""

_DRAWN = "() => typeof allianceBoards !== 'undefined' && allianceBoards.length > 0"
"""A page that is still loading has no picture whose address could be read."""


class BoardPage:
    """A page with a board, and what the process that serves it holds."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page = page
        self.served = served
        self.board: Any = None

    def open(self, query: str = "") -> BoardPage:
        """Load the page anew, with a query such as ``?case=C-104``."""
        self.page.goto(self.served.url + query)
        self.page.wait_for_selector(READY)
        self.board = self.served.boards[-1]
        return self

    def go(self, query: str = "") -> None:
        """Move to a query without loading, as the back button does, and with nothing focused."""
        self.page.evaluate(_GO, query)
        self.page.evaluate("document.activeElement?.blur()")

    def part(self, name: str) -> Locator:
        """Return an outlet of the page."""
        return self.page.locator(f"[data-outlet={name}]")

    def widget(self, name: str) -> Locator:
        """Return the place of a widget of the page."""
        return self.page.locator(f"[data-widget={name}]")

    def engine(self, expression: str) -> Any:
        """Return a value of the picture engine, for instance ``engine.view.page``."""
        return self.page.evaluate(
            f"(() => {{ const engine = allianceBoards[0]; return {expression}; }})()"
        )

    @property
    def query(self) -> str:
        """The query of the address, once it is written, without its question mark."""
        self.page.wait_for_function(_DRAWN)
        return str(self.page.evaluate(_ADDRESS)).removeprefix("?")

    @property
    def selection(self) -> Selection:
        """What the address says is looked at, instrument and scale named."""
        assert CODES_ONLY.fullmatch(self.query), "the address holds more than codes"
        return settle(Selection.from_query(self.query), self.board.loaded.block)

    def require_in_step(self) -> Selection:
        """Check count line, address and Python against each other; return what is looked at."""
        selection = self.selection
        summary = self.served.store.query_selection("selection_summary", selection)
        said = counted(summary) + threats_counted(summary, selection)
        expect(self.part("count")).to_have_text(said)
        block = self.board.loaded.block
        until(
            lambda: settle(self.board.selection, block) == selection,
            self.page,
            "Python follows the browser",
        )
        return selection

    def cell_box(self, row: int, session: int) -> dict[str, float]:
        """Return where a cell of the case stands on the screen, scrolled into view."""
        self.page.locator("[data-picture=hero]").scroll_into_view_if_needed()
        inside = self.engine(
            f"(() => {{ const h = engine.picture.layers.hit, z = engine.zoom,"
            f" n = h.row.findIndex((r, i) => r === {row} && h.col[i] === {session - 1});"
            " return {x: h.left[n] * z, y: (h.top[n] + engine.block.geometry.head) * z,"
            " width: (h.right[n] - h.left[n]) * z, height: (h.bottom[n] - h.top[n]) * z}; })()"
        )
        crop = self.page.locator("[data-picture=hero] canvas").first.bounding_box()
        return inside | {"x": inside["x"] + crop["x"], "y": inside["y"] + crop["y"]}


def threats_counted(summary: pl.DataFrame, selection: Selection) -> str:
    """Return the second sentence of the count line; empty where no threat is chosen."""
    if not selection.threats:
        return ""
    row = summary.row(0, named=True)
    cases = f"{row['case_count']} " + ("case" if row["case_count"] == 1 else "cases")
    return f" · {cases}, {row['threat_session_count']} of {row['session_count']} sessions"


class Mouse:
    """Points and clicks."""

    name = "mouse"

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Use a button, a link or a heading that opens."""
        target.click()

    def tick(self, target: Locator) -> None:
        """Tick a box, or take the tick away."""
        target.click()

    def choose(self, target: Locator, word: str) -> None:
        """Choose from a list."""
        target.select_option(label=word)

    def write_day(self, target: Locator, day: str) -> None:
        """Give a day as YYYY-MM-DD, as the calendar of the browser would."""
        target.fill(day)

    def close(self, target: Locator) -> None:
        """Close what a heading opened."""
        target.click()


class Keyboard:
    """Never points: Tab to reach, then Enter, Space, arrows and digits."""

    name = "keyboard"

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Move the focus to a target with Tab or Shift+Tab alone."""
        for _ in range(TAB_STOPS):
            key = target.evaluate(_WAY_TO_FOCUS)
            if not key:
                return
            if key == "wait":
                self.page.wait_for_timeout(20)
            else:
                self.page.keyboard.press(key)
        message = f"no way by Tab to {target}"
        raise AssertionError(message)

    def press(self, target: Locator) -> None:
        """Use a button, a link or a heading that opens."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """Tick a box, or take the tick away."""
        self.reach(target)
        self.page.keyboard.press("Space")

    def choose(self, target: Locator, word: str) -> None:
        """Choose from a list, one arrow press at a time."""
        self.reach(target)
        words = [text.strip() for text in target.locator("option").all_inner_texts()]
        steps = words.index(word) - target.evaluate("list => list.selectedIndex")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")

    def write_day(self, target: Locator, day: str) -> None:
        """Type a day as month, day and year."""
        self.reach(target)
        year, month, number = day.split("-")
        self.page.keyboard.type(month + number + year)

    def close(self, target: Locator) -> None:
        """Close what a heading opened."""
        self.page.keyboard.press("Escape")
        assert target.evaluate(_WAY_TO_FOCUS) == "", "Escape gives the focus back to the heading"
