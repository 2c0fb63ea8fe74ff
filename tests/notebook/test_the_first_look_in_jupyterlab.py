"""The example notebook that a newcomer opens first, run cell by cell in a real JupyterLab."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.notebook.laboratory import PATIENCE, laboratory, open_file
from tests.support.outside import OutsideRequests
from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_LOOK = REPOSITORY / "docs" / "notebooks" / "first_look.ipynb"


def place_of(source: str) -> int:
    """Return which of the code cells has this source, from 0."""
    cells = nbformat.read(FIRST_LOOK, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    return next(number for number, text in enumerate(code) if text.endswith(source))


def test_a_newcomer_runs_the_first_look_and_sees_everything_drawn(
    browser: Browser, tmp_path: Path
) -> None:
    outside, faults = OutsideRequests(), []
    with laboratory(tmp_path / "lab") as address:
        shutil.copy(FIRST_LOOK, tmp_path / "lab" / "work" / FIRST_LOOK.name)
        context = browser.new_context(viewport={"width": 1500, "height": 2400})
        outside.watch(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        notebook = open_file(page, address, FIRST_LOOK.name)
        count = sum(
            cell.cell_type == "code" for cell in nbformat.read(FIRST_LOOK, as_version=4).cells
        )
        for number in range(count):
            notebook.run(number)

        said = [notebook.said(number) for number in range(count)]
        assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert any("Possible rupture" in text for text in said)
        board, heatmap = place_of("board"), place_of("board.heatmap()")
        notebook.cell(board).get_by_text("C-104, total, member by session").first.wait_for()
        notebook.cell(board).locator(".bk-Figure:visible canvas").first.wait_for()
        notebook.cell(heatmap).locator("canvas").first.wait_for()
        notebook.cell(place_of("board.trajectories()")).locator("canvas").nth(4).wait_for()
        context.close()
    outside.require_none()
    assert faults == []
