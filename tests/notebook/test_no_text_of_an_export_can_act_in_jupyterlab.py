"""A canary in every text of an export but ids: none of them acts in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboard.exports.sample import write_sample
from tests.notebook.laboratory import PATIENCE, laboratory, open_notebook
from tests.support.canaries import CANARIES, plant_canaries
from tests.support.outside import OutsideRequests

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = [
    "from dashboard import Board\nboard = Board('export')\nboard",
    "board.select(case='C-104');",
    "board.agenda()",
    "board.frame('set_aside_rows')",
    "board.frame('case_list')",
    "board.heatmap()",
    "print('all cells ran')",
]
ACTED = "globalThis.ran === undefined ? 'nothing ran' : 'a text ran'"


def test_no_canary_of_forty_runs_where_a_notebook_shows_a_board(
    browser: Browser, tmp_path: Path
) -> None:
    outside = OutsideRequests()
    with laboratory(tmp_path / "lab") as address:
        export = tmp_path / "lab" / "work" / "export"
        write_sample(export, families=8)
        assert plant_canaries(export) >= 25 * len(CANARIES)
        context = browser.new_context(viewport={"width": 1500, "height": 2400})
        outside.watch(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        notebook = open_notebook(page, address, tmp_path / "lab" / "work", CELLS)
        for number in range(len(CELLS)):
            notebook.run(number)
        notebook.cell(0).locator(".bk-Figure:visible canvas").first.wait_for()

        assert notebook.said(len(CELLS) - 1) == "all cells ran"
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        notebook.cell(0).get_by_text("C-104, total, member by session").first.wait_for()
        assert page.evaluate(ACTED) == "nothing ran"
        context.close()
    outside.require_none()
