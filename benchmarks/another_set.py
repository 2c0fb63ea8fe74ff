"""Time the way to another set of cases of a large service, and weigh its page.

    python benchmarks/another_set.py --families 1000 5000
    python benchmarks/another_set.py --source STORE

An invented service of each size is written, published and served, or one that is there already.
"start" is how long the board takes until it says that it is ready, "first open" how long the first
page takes from its address to its picture, both with the processor time of the server. One page
turns to the next families again and again, then chooses one therapist after another. The clock
starts at the click.
"counted" is the first moment at which the rows, the page of the list and the sentence of what is
counted are those asked for; "complete" is when signals, agenda and pages of cases have come too.
Bytes are those Chromium says it was sent. A service whose cases fit a browser turns its pages
without a server and is measured by ``filter_change.py``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browsing import SETTLED, chromium, open_board, probed_page
from measuring import keep, served, spread
from page_weight import Weight

if TYPE_CHECKING:
    from measuring import ServedBoard
    from playwright.sync_api import Browser, Page

GO = """
async ([kind, choice]) => {
  const engine = allianceBoards[0], frame = () => new Promise(requestAnimationFrame);
  const before = engine.block;
  if (!before.isPart) throw new Error("this service fits a browser: nothing is fetched");
  const began = performance.now();
  if (kind === "page") document.querySelector("[data-page='page:1']").click();
  else engine.widgets.models.therapists.setv({active: [choice]});
  while (engine.block === before) await frame();
  await frame();
  const counted = performance.now() - began;
  while (engine.block.isGlimpse) await frame();
  return [counted, performance.now() - began];
}
"""


def timed(page: Page, kind: str, count: int, board: ServedBoard) -> dict[str, Any]:
    """Fetch one set after another; the first is not counted."""
    spent = []
    for choice in range(count + 1):
        if choice == 1:
            before = processor_ms(board)
        spent.append(page.evaluate(GO, [kind, choice]))
        page.evaluate(SETTLED, 500)
    counted, complete = zip(*spent[1:], strict=True)
    server = round((processor_ms(board) - before) / count)
    return {
        "counted_ms": spread(counted, 0),
        "complete_ms": spread(complete, 0),
        "server_processor_ms": server,
    }


def processor_ms(board: ServedBoard) -> float:
    """Return the processor milliseconds the server has taken so far."""
    return 1000 * board.processor_seconds


def measured(browser: Browser, home: Path, source: Path, count: int) -> dict[str, Any]:
    """Return what one service takes."""
    figures: dict[str, Any] = {}
    began = time.perf_counter()
    with served(home, str(source)) as board:
        figures["start_ms"] = round(1000 * (time.perf_counter() - began))
        figures["start_processor_ms"] = round(processor_ms(board))
        figures["first_open"] = first_open(browser, board)
        for kind in ("page", "therapist"):
            page = probed_page(browser)
            network = page.context.new_cdp_session(page)
            weight = Weight(network)
            open_board(page, board.address, "?screen=families")
            figures["first_load"] = weight.told()
            before = figures["first_load"]["http_kb"]
            figures[kind] = timed(page, kind, count, board)
            fetched = (weight.told()["http_kb"] - before) / (count + 1)
            figures[kind]["fetched_kb"] = round(fetched, 1)
            page.context.close()
    return figures


def first_open(browser: Browser, board: ServedBoard) -> dict[str, int]:
    """Return what the first page takes, the agenda, and the second one."""
    told = {}
    for name in ("first", "second"):
        page, before, began = probed_page(browser), processor_ms(board), time.perf_counter()
        open_board(page, board.address, "")
        told[f"{name}_ms"] = round(1000 * (time.perf_counter() - began))
        told[f"{name}_processor_ms"] = round(processor_ms(board) - before)
        page.context.close()
    return told


def main() -> None:
    """Measure a service of each size and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, nargs="+", default=[1000])
    parser.add_argument("--changes", type=int, default=12)
    parser.add_argument("--source", type=Path, help="an export or store instead")
    given = parser.parse_args()
    figures = {}
    with chromium() as browser:
        if given.source:
            with tempfile.TemporaryDirectory() as home:
                one = measured(browser, Path(home), given.source, given.changes)
            figures[given.source.name] = one
        for size in () if given.source else given.families:
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                sample = [sys.executable, "-m", "dashboard", "sample", str(folder / "service")]
                subprocess.run([*sample, "--families", str(size)], check=True, capture_output=True)
                figures[f"{size}_families"] = measured(
                    browser, folder / "home", folder / "service", given.changes
                )
        version = browser.version
    keep("another_set", figures, changes=given.changes, chromium=version)


if __name__ == "__main__":
    main()
