"""An installed Chromium, where there is one: to open a finished file, and to print it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from dashboard.errors import DisclosureError

NAMED = "ALLIANCE_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_SECONDS = 120
_OF_A_FILE = ("file", "null")
"""Who asks, in the browser's own log: a page of a file, and not the browser for itself."""

_QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-features=MediaRouter,OptimizationHints",
    "--virtual-time-budget=15000",
)


def chromium() -> str | None:
    """Return the Chromium of this machine, or none."""
    named = os.environ.get(NAMED)
    if named:
        return named
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def require_no_request(file: Path, browser: str) -> None:
    """Open a file and refuse it where it asks for anything but itself.

    Args:
        file: An HTML file.
        browser: A Chromium.

    Raises:
        DisclosureError: If the file asked any address, did not come up, or the browser failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "net.json"
        shown = _run(browser, folder, f"--log-net-log={log}", "--dump-dom", file.as_uri())
        asked = _asked(log)
    if asked:
        message = (
            "The file was not written: opened in a browser it asked for something outside "
            "itself. Nothing has left; report this as a defect."
        )
        raise DisclosureError(message)
    if 'data-state="ready"' not in shown:
        message = (
            "The file was not written: opened in a browser its pictures did not come up. "
            "Nothing has left; report this as a defect."
        )
        raise DisclosureError(message)


def print_pdf(file: Path, pdf: Path, browser: str) -> None:
    """Print a file, one case a page.

    Raises:
        DisclosureError: If the browser does not print it.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = f"--print-to-pdf={pdf}"
        _run(browser, folder, target, "--no-pdf-header-footer", file.as_uri() + "#print")
    if not pdf.is_file() or not pdf.stat().st_size:
        message = "The browser of this machine did not print the file; the HTML file is there."
        raise DisclosureError(message)


def _run(browser: str, folder: str, *arguments: str) -> str:
    root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    command = [browser, *_QUIET, *root, f"--user-data-dir={folder}/profile", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own browser, our own file
            command, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        message = "The browser of this machine did not open the file. Nothing was written."
        raise DisclosureError(message) from None
    return done.stdout.decode("utf-8", "replace")


def _asked(log: Path) -> list[str]:
    """Return the hosts that a page asked; what the browser does for itself is not about it."""
    try:
        events = json.loads(log.read_text(encoding="utf-8", errors="replace"))["events"]
    except (OSError, ValueError, KeyError):
        return []
    return sorted(
        {
            said["url"]
            for event in events
            if (said := event.get("params", {})).get("initiator", "").startswith(_OF_A_FILE)
            and str(said.get("url", "")).startswith(("http", "ws"))
        }
    )
