"""The board as cell output and as Jupyter widget of one kernel, driven in a real JupyterLab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.views.geometry import CELL, CELL_HEIGHT, COLUMN, HEAD, LABEL, ROW
from dashboard.views.ink import inks
from tests.notebook.laboratory import PATIENCE, OpenNotebook, laboratory, open_notebook
from tests.support.outside import OutsideRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OUTPUT, WIDGET, SELECT, ASK = 0, 1, 2, 3
TELL = """
import json
selected = board.selection.to_query().split("&")
print(json.dumps({"selected": selected, "picked": board.picked}))
"""
CELLS = [
    "from dashboard import Board\nboard = Board()\nboard",
    "board.as_ipywidget()",
    "board.select(case='C-104', scale='bond', threats=['lack_of_trust']);",
    TELL,
]
PAINTED = """
(canvas, colours) => {
    const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const count = Object.fromEntries(colours.map(colour => [colour, 0]));
    const hex = byte => byte.toString(16).padStart(2, "0");
    for (let i = 0; i < seen.length; i += 4) {
        const colour = "#" + hex(seen[i]) + hex(seen[i + 1]) + hex(seen[i + 2]);
        if (seen[i + 3] === 255 && colour in count) count[colour] += 1;
    }
    return count;
}
"""


@pytest.fixture(scope="module")
def outside() -> OutsideRequests:
    return OutsideRequests()


@pytest.fixture(scope="module")
def notebook(
    browser: Browser, outside: OutsideRequests, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenNotebook]:
    """A notebook that shows one board twice."""
    home: Path = tmp_path_factory.mktemp("laboratory")
    with laboratory(home) as address:
        context = browser.new_context(viewport={"width": 1500, "height": 2400})
        outside.watch(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        opened = open_notebook(page, address, home / "work", CELLS)
        for display in (OUTPUT, WIDGET):
            opened.run(display)
            figure(opened, display).wait_for()
        yield opened
        context.close()


def figure(notebook: OpenNotebook, display: int) -> Locator:
    """Return the lowest canvas of the figure in view: the one with the cells on it."""
    return notebook.cell(display).locator(".bk-Figure:visible canvas").first


def count_line(notebook: OpenNotebook, display: int, start: str) -> Locator:
    return notebook.cell(display).get_by_text(start)


def painted_scores(notebook: OpenNotebook, display: int) -> dict[str, int]:
    """Return how many pixels have the colour of each step of the scores."""
    steps = {f"score-{step}": inks()["light"][f"score-{step}"].lower() for step in range(1, 7)}
    count = figure(notebook, display).evaluate(PAINTED, list(steps.values()))
    return {step: count[colour] for step, colour in steps.items()}


def require_in_step(notebook: OpenNotebook, text: str) -> None:
    """Wait until both displays say a text, and check that they painted the same picture."""
    for display in (OUTPUT, WIDGET):
        notebook.cell(display).get_by_text(text).first.wait_for()
    first, second = (painted_scores(notebook, display) for display in (OUTPUT, WIDGET))
    assert first == second
    assert sum(first.values()) > 20 * CELL * CELL_HEIGHT / 2


def test_both_displays_draw_the_families_by_weeks(notebook):
    for display in (OUTPUT, WIDGET):
        count_line(notebook, display, "forms · 60 families").wait_for()

        assert sum(painted_scores(notebook, display).values()) > 100_000


def test_a_widget_changed_in_one_display_moves_the_other(notebook):
    notebook.cell(WIDGET).locator("select").first.select_option(label="F-104")

    require_in_step(notebook, "C-104, total, member by session")

    notebook.cell(OUTPUT).get_by_role("button", name="goals").click()

    require_in_step(notebook, "C-104, goals, member by session")


def asked(notebook: OpenNotebook, is_there: Callable[[dict], bool]) -> dict[str, Any]:
    """Return what Python knows, asked until the kernel has heard what the page sent it."""
    for _ in range(10):
        notebook.run(ASK)
        known = json.loads(notebook.said(ASK))
        if is_there(known):
            break
    return known


def test_python_moves_both_displays_and_is_not_answered(notebook):
    notebook.run(SELECT)

    require_in_step(notebook, "C-104, bond, member by session")
    notebook.page.wait_for_timeout(1000)
    known = asked(notebook, lambda known: True)
    assert {"case=C-104", "threat=lack_of_trust", "scale=bond"} <= set(known["selected"])


@pytest.mark.parametrize(
    ("display", "session_no", "day"), [(OUTPUT, 3, "6 Jul"), (WIDGET, 4, "20 Jul")]
)
def test_a_tapped_cell_reaches_python_and_tells_its_details(notebook, display, session_no, day):
    notebook.run(SELECT)
    require_in_step(notebook, "C-104, bond, member by session")
    along, second_row = (session_no - 1) * COLUMN + CELL / 2, ROW + CELL_HEIGHT / 2
    drawn = notebook.cell(display).locator(".bk-Figure:visible").first
    drawn.click(position={"x": LABEL + along, "y": HEAD + second_row})

    said = f"Step-parent, session {session_no}, {day}"
    notebook.cell(display).get_by_text(said).first.wait_for()
    known = asked(notebook, lambda known: known["picked"].get("session_no") == session_no)
    assert known["picked"]["case"] == "C-104"
    assert (known["picked"]["row"], known["picked"]["member_id"]) == (1, "M-104-2")
    assert known["picked"]["session_no"] == session_no


def test_neither_lab_nor_the_board_asked_another_host(notebook, outside):
    outside.require_none()
    engines = notebook.page.evaluate("globalThis.allianceBoards.length")

    assert engines == 2
