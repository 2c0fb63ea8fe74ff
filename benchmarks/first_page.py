"""Time the first page: from the command to an answer, and to a settled heatmap in Chromium.

    python benchmarks/first_page.py

``alliance serve --no-open --port 0`` on the sample service, in a process of its own. "First" has an
empty state folder, so the sample is read and published before; "again" finds the store of the
first. Settled: no canvas was drawn into for a quarter of a second; the figure is the last frame
before that.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from browsing import chromium, open_board, probed_page
from measuring import keep, served, spread

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def answered(home: Path) -> float:
    """Start a board and return the seconds until its page answers 200."""
    began = time.perf_counter()
    with served(home) as board, urlopen(board.address, timeout=60) as answer:  # noqa: S310
        answer.read()
        return time.perf_counter() - began


def drawn(browser: Browser, home: Path) -> tuple[float, float]:
    """Return the seconds from the start of a board to its heatmap, and those of the page alone."""
    page = probed_page(browser)
    began = time.perf_counter()
    with served(home) as board:
        started = time.perf_counter() - began
        of_the_page = open_board(page, board.address, "?case=C-104") / 1000
    page.context.close()
    return started + of_the_page, of_the_page


def one_round(browser: Browser) -> dict[str, float]:
    """Return the figures of four starts: with and without a store, for an answer and a picture."""
    with tempfile.TemporaryDirectory() as asked, tempfile.TemporaryDirectory() as looked_at:
        found = {"first_answer_s": answered(Path(asked)), "again_answer_s": answered(Path(asked))}
        for name in ("first", "again"):
            heatmap, page = drawn(browser, Path(looked_at))
            found |= {f"{name}_heatmap_s": heatmap, f"{name}_heatmap_after_navigation_s": page}
    return found


def main() -> None:
    """Start with and without a store as often as asked and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with chromium() as browser:
        rounds = [one_round(browser) for _ in range(given.runs)]
        version = browser.version
    figures = {name: spread([one[name] for one in rounds], 2) for name in rounds[0]}
    keep("first_page", figures, runs=given.runs, chromium=version)


if __name__ == "__main__":
    main()
