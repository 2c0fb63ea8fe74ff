"""A real JupyterLab for a test: its own settings and data, on this machine only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat

from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

START_SECONDS = 90
PATIENCE = 60_000
NEVER_RUN, RUNNING = "[ ]:", "[*]:"
TOKEN = "of-this-test"  # noqa: S105 - opens nothing but the laboratory of one test
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
QUIET_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
"""Lab asks whether it may fetch news; a person answers once, a test beforehand. Cells out of sight
are kept, so that a test finds each by its place."""


@contextmanager
def laboratory(home: Path) -> Iterator[str]:
    """Run JupyterLab for as long as the block runs.

    Args:
        home: Empty folder for everything Lab reads and writes; notebooks lie in ``home/work``.

    Yields:
        The address of the server, without a slash at the end.
    """
    (home / "work").mkdir(parents=True)
    _write_settings(home / "settings")
    log = home / "log"
    with log.open("w") as said:
        command = [sys.executable, "-m", "jupyter", "lab", *_options(home / "work")]
        process = subprocess.Popen(command, env=_environment(home), stdout=said, stderr=said)
    try:
        yield _address(home / "runtime", process, log)
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _options(folder: Path) -> list[str]:
    return [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        "--port=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    ]


def _environment(home: Path) -> dict[str, str]:
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "ALLIANCE_HOME": "alliance",
    }
    own = {name: str(home / folder) for name, folder in places.items()}
    return {**os.environ, **own, "PYTHONPATH": str(REPOSITORY)}


def _write_settings(folder: Path) -> None:
    for name, settings in QUIET_SETTINGS.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings), encoding="utf-8")


def _address(runtime: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address once the server has written down where it is."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for file in runtime.glob(f"jpserver-{process.pid}.json"):
            text = file.read_text(encoding="utf-8")
            if text.endswith("}"):
                return f"http://127.0.0.1:{json.loads(text)['port']}"
        time.sleep(0.2)
    raise AssertionError("JupyterLab did not start:\n" + log.read_text()[-2000:])


@dataclass
class OpenNotebook:
    """A notebook open in a page, its cells run one by one as a person does."""

    page: Page

    def cell(self, number: int) -> Locator:
        """Return a code cell by its place, from 0."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run(self, number: int) -> None:
        """Run a cell with Shift+Enter and wait until it is done.

        A kernel that has just started lets a run go unheard, so it is asked again.
        """
        prompt = self.cell(number).locator(".jp-InputPrompt")
        before, end = prompt.inner_text(), time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            self.cell(number).locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(1000)
            while prompt.inner_text() == RUNNING and time.monotonic() < end:
                self.page.wait_for_timeout(100)
            if prompt.inner_text() not in (before, NEVER_RUN):
                return
        raise AssertionError(f"cell {number} was not run: its prompt is {prompt.inner_text()}")

    def said(self, number: int) -> str:
        """Return what a cell printed, without the spaces around it."""
        outputs = self.cell(number).locator(".jp-OutputArea-output")
        return " ".join(outputs.all_inner_texts()).strip()


def open_notebook(page: Page, address: str, folder: Path, cells: list[str]) -> OpenNotebook:
    """Write a notebook and open it in JupyterLab.

    Args:
        page: Page to open it in.
        address: Address of the server.
        folder: Folder the server shows.
        cells: Source of each cell.
    """
    sheets = [nbformat.v4.new_code_cell(source) for source in cells]
    notebook = nbformat.v4.new_notebook(cells=sheets, metadata=KERNEL)
    nbformat.write(notebook, folder / "board.ipynb")
    return open_file(page, address, "board.ipynb")


def open_file(page: Page, address: str, name: str) -> OpenNotebook:
    """Open a notebook that lies in the folder the server shows, once its kernel waits.

    Args:
        page: Page to open it in.
        address: Address of the server.
        name: File name of the notebook.
    """
    page.goto(f"{address}/lab/tree/{name}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    page.get_by_text(f"{KERNEL['kernelspec']['display_name']} (ipykernel) | Idle").wait_for(
        timeout=PATIENCE
    )
    return OpenNotebook(page)
