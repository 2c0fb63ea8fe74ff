"""A Chromium for the benchmarks, with a probe that knows when a page was painted last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", NOWHERE_ELSE]
QUIET_MS = 250

PROBE = """
(() => {
  const probe = globalThis.paintProbe = {drew: false, painted: 0, frames: 0};
  const kind = CanvasRenderingContext2D.prototype;
  for (const name of ["fill", "stroke", "fillRect", "strokeRect", "clearRect", "fillText",
                      "strokeText", "drawImage", "putImageData"]) {
    const draw = kind[name];
    kind[name] = function (...given) { probe.drew = true; return draw.apply(this, given); };
  }
  const frame = () => {
    if (probe.drew) { probe.drew = false; probe.painted = performance.now(); probe.frames += 1; }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  probe.settled = quiet => new Promise(done => {
    const began = performance.now();
    const look = () => {
      const now = performance.now();
      if (now - Math.max(began, probe.painted) >= quiet) done(probe.painted);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
})();
"""
"""Every command that draws into a canvas is noted; the next animation frame says when."""

SETTLED = "quiet => paintProbe.settled(quiet)"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a Chromium: the one named by ALLIANCE_CHROMIUM, else one on the PATH."""
    program = os.environ.get("ALLIANCE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def probed_page(browser: Browser) -> Page:
    """Return an empty page with the probe in it and nothing in its cache."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(PROBE)
    page.set_default_timeout(60_000)
    return page


def open_board(page: Page, address: str, query: str = "") -> float:
    """Open a board and wait until its picture has settled.

    Returns:
        Milliseconds from the start of the navigation to the last painted frame.
    """
    page.goto(address + query)
    page.wait_for_selector("#board[data-state=ready]")
    return float(page.evaluate(SETTLED, QUIET_MS))
