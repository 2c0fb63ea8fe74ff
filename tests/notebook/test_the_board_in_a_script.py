"""The board without a browser: its frames, its heatmap, and the models that a notebook gets."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import polars as pl
import pytest
from bokeh.document import Document
from bokeh.models import ImportedStyleSheet, UIElement

from dashboard import Board, Selection
from dashboard.domain.vocabulary import CellState
from dashboard.errors import QueryError, SelectionError
from dashboard.panels import notebook
from dashboard.panels.notebook import LocalColumn
from tests.support.repository import REPOSITORY

DRAW = """
from dashboard import Board

picture = Board().heatmap(family="F-104", scale="goals")
import holoviews as hv

figure = hv.render(picture)
cells = next(layer for layer in figure.renderers if layer.name == "cells").data_source
print(figure.name, len(figure.renderers), len(cells.data["x"]))
"""


@pytest.fixture(scope="module")
def service():
    """One board of the sample service, whose store every test of this module reads."""
    return Board()


@pytest.fixture
def board(service):
    return Board(shared=service.shared)


def test_a_frame_is_typed_and_follows_the_selection(board):
    every_cell = board.frame("alliance_cells")
    of_one_case = board.select(case="C-104").frame("alliance_cells")

    assert of_one_case.schema == every_cell.schema
    assert every_cell.schema["score"] == pl.Float64
    assert every_cell.schema["threat_types"] == pl.List(pl.String)
    assert of_one_case["case_id"].unique().to_list() == ["C-104"]
    assert set(every_cell["state"]) <= set(CellState)
    assert 0 < of_one_case.height < every_cell.height


def test_a_parameter_of_a_frame_goes_before_the_selection(board):
    of_another = board.select(case="C-104").frame("case_list", case_ids=["C-105"])

    assert of_another["case_id"].to_list() == ["C-105"]


def test_a_query_that_does_not_exist_is_refused_by_name(board):
    with pytest.raises(QueryError, match="No query is named 'alliance_by_moon'"):
        board.frame("alliance_by_moon")


def test_a_single_code_and_a_list_select_the_same(board):
    listed = board.select(therapists=["T03"], families=["F-104"]).selection

    assert board.select(therapist="T03", family="F-104").selection == listed
    assert listed == Selection(therapists=("T03",), families=("F-104",))


def test_a_code_that_does_not_exist_is_refused_and_changes_nothing(board):
    before = board.select(case="C-104").selection

    with pytest.raises(SelectionError, match="does not exist in these data"):
        board.select(therapists=["T99"])

    assert board.selection == before


def test_a_heatmap_is_drawn_before_any_extension_was_loaded():
    ran = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=True)

    name, layer_count, cell_count = ran.stdout.split()
    assert (name, layer_count) == ("figure:hero", "10")
    assert int(cell_count) > 20


def test_a_heatmap_of_a_family_that_does_not_exist_is_refused(board):
    with pytest.raises(SelectionError, match="no such family or case"):
        board.heatmap(family="F-999")


def test_a_widget_carries_its_style_sheets_and_asks_nobody_for_them(board):
    root = LocalColumn(board).get_root(doc=Document())
    models = root.select({"type": UIElement})
    sheets = [sheet for model in models for sheet in model.stylesheets]

    assert len(sheets) > 20
    assert [sheet.url for sheet in sheets if isinstance(sheet, ImportedStyleSheet)] == []


def test_every_line_of_the_page_on_notebooks_runs(monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    page = (REPOSITORY / "docs" / "notebook.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    names: dict[str, Any] = {}

    for block in blocks:
        exec(compile(block, "docs/notebook.md", "exec"), names)  # noqa: S102 - our own page

    assert len(blocks) == 6
    assert names["board"].selection.cases == ("C-104",)
    assert names["cells"].height > 0


@pytest.mark.parametrize(
    ("is_loaded", "is_inline", "calls"),
    [(False, False, 1), (False, True, 1), (True, False, 1), (True, True, 0)],
)
def test_the_scripts_come_from_this_machine_and_only_once(monkeypatch, is_loaded, is_inline, calls):
    asked = []

    def extension(**settings: bool) -> None:
        asked.append(settings)

    extension._loaded = is_loaded
    monkeypatch.setattr(notebook.pn, "extension", extension)
    monkeypatch.setattr(type(notebook.pn.config), "inline", is_inline)

    notebook.prepare_notebook()

    assert asked == [{"inline": True}] * calls


def test_every_display_of_a_board_has_an_engine_of_its_own_on_one_selection(board):
    first, second = (LocalColumn(board.__panel__()) for _ in range(2))
    roots = [display.get_root(doc=Document()) for display in (first, second)]

    board.select(case="C-104")

    for root in roots:
        shown = [model.value for model in root.select({"tags": ["select:case"]})]
        assert shown == ["C-104"]
