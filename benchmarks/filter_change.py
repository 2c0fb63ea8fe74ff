"""Time changes of the selection in Chromium, and count what crosses the web socket.

    python benchmarks/filter_change.py --families 60 1000

The sample service of 60 families is served, or an invented one of another size; one page makes
every change by the event that a click or a choice sends to its widget. The clock starts at that
event. Settled: no canvas was drawn into for a quarter of a second; the figure is the last frame
before that, so it includes up to one frame of waiting. A change that draws nothing new is counted
apart. Bytes are the payload of the frames sent and received from the event until the page has
settled and another quarter of a second has passed.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from browsing import QUIET_MS, SETTLED, chromium, open_board, probed_page
from measuring import keep, served, spread

from dashboard.exports.sample import write_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

SAMPLE = 60
FAMILIES = "?screen=families"
CASE = FAMILIES + "#case"
CASE_WITH_A_THREAT = """
() => { const {block} = allianceBoards[0];
  allianceBoards[0].openCase(block.cases[block.tables.threats.case[0]].code); }
"""
CHANGE = """
async ([name, choice, quiet]) => {
  const inside = root => [...root.querySelectorAll("select,input,button")].concat(
    ...[...root.querySelectorAll("*")].filter(e => e.shadowRoot).map(e => inside(e.shadowRoot)));
  const place = document.querySelector(`[data-widget=${name}]`);
  const controls = inside(place), before = paintProbe.frames, began = performance.now();
  if (controls[0].tagName === "SELECT") {
    controls[0].selectedIndex = choice % controls[0].options.length;
    controls[0].dispatchEvent(new Event("change", {bubbles: true}));
  } else controls[choice % controls.length].click();
  const painted = await paintProbe.settled(quiet);
  return paintProbe.frames > before ? painted - began : null;
}
"""


@dataclass
class Traffic:
    """Bytes over the web sockets of a page."""

    sent: int = 0
    received: int = 0

    def watch(self, page: Page) -> None:
        """Count from now on."""
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._add("sent", payload))
        socket.on("framereceived", lambda payload: self._add("received", payload))

    def _add(self, way: str, payload: str | bytes) -> None:
        raw = payload.encode() if isinstance(payload, str) else payload
        setattr(self, way, getattr(self, way) + len(raw))


@dataclass
class Changes:
    """What changes of one kind took."""

    milliseconds: list[float] = field(default_factory=list)
    undrawn: int = 0
    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Return medians and 95th percentiles."""
        return {
            "settled_ms": spread(self.milliseconds, 0),
            "changes_that_drew_nothing": self.undrawn,
            "bytes_sent": spread(self.sent, 0),
            "bytes_received": spread(self.received, 0),
        }


def in_turn(*choices: int) -> Callable[[], Iterator[int]]:
    """Return what makes an endless round of choices."""
    return lambda: itertools.cycle(choices)


KINDS: dict[str, tuple[str, str, Callable[[], Iterator[int]]]] = {
    "case": ("case", CASE, lambda: itertools.count(5)),
    "scale": ("scale", CASE, in_turn(1, 2, 3, 4, 0)),
    "threat_on_a_case": ("threats", CASE, in_turn(0, 1, 2)),
    "therapist": ("therapists", FAMILIES, in_turn(0, 0, 1, 1, 2, 2, 3, 3, 4, 4)),
    "threat": ("threats", FAMILIES, in_turn(0, 1, 2)),
    "family": ("families", FAMILIES, lambda: itertools.count(0)),
}
"""Widget, page and the options chosen or ticked one after the other."""


def measured(page: Page, traffic: Traffic, kind: str, count: int) -> Changes:
    """Make changes of one kind and return what they took; two changes before are not counted."""
    widget, _, choices = KINDS[kind]
    found = Changes()
    for number, choice in enumerate(itertools.islice(choices(), count + 2)):
        sent, received = traffic.sent, traffic.received
        spent = page.evaluate(CHANGE, [widget, choice, QUIET_MS])
        page.wait_for_timeout(QUIET_MS)
        if number < 2:
            continue
        if spent is None:
            found.undrawn += 1
        else:
            found.milliseconds.append(spent)
        found.sent.append(traffic.sent - sent)
        found.received.append(traffic.received - received)
    return found


def of_service(browser: Browser, folder: Path, families: int, count: int) -> dict[str, object]:
    """Make every kind of change in a service of so many families."""
    source = []
    if families != SAMPLE:
        write_sample(folder / "service", families=families)
        source = [str(folder / "service")]
    figures = {}
    with served(folder / "home", *source) as board:
        for kind, (_, query, _) in KINDS.items():
            page, traffic = probed_page(browser), Traffic()
            traffic.watch(page)
            open_board(page, board.address, query)
            if query == CASE:
                page.evaluate(CASE_WITH_A_THREAT)
                page.evaluate(SETTLED, QUIET_MS)
            figures[kind] = measured(page, traffic, kind, count).figures()
            page.context.close()
    return figures


def main() -> None:
    """Make the changes and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=45)
    parser.add_argument("--families", type=int, nargs="+", default=[SAMPLE])
    given = parser.parse_args()
    figures = {}
    with chromium() as browser:
        for families in given.families:
            with tempfile.TemporaryDirectory() as folder:
                measured_here = of_service(browser, Path(folder), families, given.changes)
                figures[f"{families} families"] = measured_here
        version = browser.version
    keep("filter_change", figures, changes=given.changes, chromium=version)


if __name__ == "__main__":
    main()
