"""Make the pictures of the README from the running page and the invented sample service.

    python docs/make_pictures.py

Needs the dev extra and a Chromium on the PATH, or named by ALLIANCE_CHROMIUM.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = Path(__file__).with_name("pictures")
READY = re.compile(r"ready at (http://\S+/)")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LARGEST = 300_000
CHOOSE = """
async ([row, session]) => {
  const engine = globalThis.allianceBoards[0];
  engine.pick([row, engine.picture.columns.find(column => column.no === session).col]);
}
"""


@dataclass(frozen=True)
class Picture:
    """One picture: what is looked at, on which screen, with which cell chosen."""

    name: str
    query: str
    width: int
    height: int
    cell: tuple[int, int] | None = None


ALL = (
    Picture("board", "?case=C-104&threat=goal_misalignment", 1440, 980, cell=(2, 8)),
    Picture("families", "", 1440, 900),
    Picture("phone", "?case=C-104", 390, 1480),
)


@contextmanager
def served() -> Iterator[str]:
    """Serve the sample service on a free port and yield its address."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "dashboard", "serve", "--no-open", "--port", "0"]
        environment = {**os.environ, "ALLIANCE_HOME": home}
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield next(found[1] for line in process.stdout or () if (found := READY.search(line)))
        finally:
            process.terminate()
            process.wait(30)


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Take one picture of the page."""
    size = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=size, reduced_motion="reduce", locale="en-GB")
    page.goto(address + picture.query)
    page.wait_for_selector("#board[data-state=ready]")
    if picture.cell:
        page.evaluate(CHOOSE, list(picture.cell))
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1000)
    file = PICTURES / f"{picture.name}.png"
    page.screenshot(path=file)
    page.close()
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file.name} is larger than {LARGEST // 1000} kB: make it smaller")
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    program = os.environ.get("ALLIANCE_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)))
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in ALL:
            take(browser, address, picture)
        browser.close()


if __name__ == "__main__":
    main()
