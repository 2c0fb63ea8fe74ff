"""Time the first page: from the command to an answer, and to a settled heatmap in Chromium.

    python benchmarks/first_page.py

``alliance serve --no-open --port 0`` on the sample service, in a process of its own. "First" has an
empty state folder, so the sample is read and published before; "again" finds the store of the
first. Settled: no canvas was drawn into for a quarter of a second; the figure is the last frame
before that. ``ready_cpu_s``, ``answer_cpu_s`` and ``document_cpu_s`` are the user and system time
of the board until it says that it is ready, has answered with a page, and has sent the document of
its session: what a machine that is busy with other work cannot change much.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from browsing import chromium, open_board, probed_page
from measuring import keep, served, spread
from open_session import document, token_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def answered(home: Path) -> dict[str, float]:
    """Start a board and return the seconds until its page answers, and what it worked for that."""
    began = time.perf_counter()
    with served(home) as board:
        ready = board.processor_seconds
        with urlopen(board.address, timeout=60) as answer:  # noqa: S310 - our own http address
            page = answer.read().decode()
        spent, worked = time.perf_counter() - began, board.processor_seconds
        asyncio.run(document(board.address, token_of(page)))
        cpu = {"ready_cpu_s": ready, "answer_cpu_s": worked}
        return {"answer_s": spent, **cpu, "document_cpu_s": board.processor_seconds}


def drawn(browser: Browser, home: Path) -> tuple[float, float]:
    """Return the seconds from the start of a board to its heatmap, and those of the page alone."""
    page = probed_page(browser)
    began = time.perf_counter()
    with served(home) as board:
        started = time.perf_counter() - began
        of_the_page = open_board(page, board.address, "?case=C-104") / 1000
    page.context.close()
    return started + of_the_page, of_the_page


def one_answer() -> dict[str, float]:
    """Return the figures of two starts without a browser: first without a store, then with it."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        for name in ("first", "again"):
            answer = answered(Path(home))
            found |= {f"{name}_{what}": value for what, value in answer.items()}
    return found


def one_picture(browser: Browser) -> dict[str, float]:
    """Return the figures of two starts until a picture: first without a store, then with it."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        for name in ("first", "again"):
            heatmap, page = drawn(browser, Path(home))
            found |= {f"{name}_heatmap_s": heatmap, f"{name}_heatmap_after_navigation_s": page}
    return found


def main() -> None:
    """Start with and without a store as often as asked and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    answers = [one_answer() for _ in range(given.runs)]
    with chromium() as browser:
        pictures = [one_picture(browser) for _ in range(given.runs)]
        version = browser.version
    figures = {
        name: spread([one[name] for one in rounds], 2)
        for rounds in (answers, pictures)
        for name in rounds[0]
    }
    keep("first_page", figures, runs=given.runs, chromium=version)


if __name__ == "__main__":
    main()
