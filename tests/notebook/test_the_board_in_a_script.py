"""The board without a browser: its frames, its heatmap, and the models that a notebook gets."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from typing import Any

import holoviews as hv
import polars as pl
import pytest
from bokeh.document import Document
from bokeh.models import ImportedStyleSheet, UIElement

from dashboard import Board, Selection
from dashboard.domain.scope import Scope
from dashboard.domain.vocabulary import CellState
from dashboard.errors import FrameError, QueryError, SelectionError
from dashboard.meetings import Entry, MeetingsFile
from dashboard.panels import notebook
from dashboard.panels.discussed import discussed_in
from dashboard.panels.notebook import LocalColumn
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language
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


def points_of(layout):
    """Return for each small picture its title and what it draws, as session and score."""
    pictures = {}
    for overlay in layout.values():
        drawn = [
            (int(session), float(score))
            for layer in overlay.values()
            if layer.label in ("rated", "perfect")
            for session, score in zip(layer["session"], layer["score"], strict=True)
        ]
        title = hv.Store.lookup_options("bokeh", overlay, "plot").kwargs["title"]
        pictures[title] = sorted(drawn)
    return pictures


def test_trajectories_draw_every_rating_of_each_row_and_nothing_else(board):
    layout = board.trajectories(case="C-104", scale="bond")
    rows = board.select(case="C-104").frame("alliance_cells", case_ids=["C-104"])
    rated = rows.filter(pl.col("score").is_not_null(), scale="bond", instrument_family="srs")
    drawn = points_of(layout)

    titles = ["Parent, SRS", "Step-parent, SRS", "Youth, SRS", "Sibling, CSRS"]
    assert list(drawn) == [*titles, "Therapist’s view, SRS"]
    by_row = rated.group_by("row_key").agg(pl.struct("session_no", "score"))
    expected = [sorted(tuple(each.values()) for each in row) for row in by_row["session_no"]]
    assert sorted(drawn.values()) == sorted(expected)


def test_a_trajectory_never_crosses_a_missing_form(board):
    youth = list(board.trajectories(case="C-104").values())[2]
    paths = [[int(number) for number in run["session"]] for run in youth.get(0).split()]
    missing = {layer.label: list(layer["session"]) for layer in youth.values()}

    # Session 6 was not held; the youth declined the form at session 10.
    assert paths == [[1, 2, 3, 4, 5], [7, 8, 9], [11, 12]]
    assert [int(number) for number in missing["declined"]] == [10]


def test_where_nobody_was_rated_there_is_no_trajectory(board):
    assert len(board.trajectories(case="C-104", date_from=dt.date(2030, 1, 1))) == 0


def test_whoever_may_see_one_case_sees_no_other_in_a_notebook(service):
    within = Scope("own", frozenset({"C-104"}))
    own = Board(shared=SharedPictures(service.store, language("en"), within))

    for name in ("alliance_cells", "case_list", "ruptures", "agenda_reasons"):
        assert set(own.frame(name)["case_id"]) == {"C-104"}
        assert own.frame(name, case_ids=["C-105"]).is_empty()
    assert set(own.agenda()["case_id"]) == {"C-104"}
    assert {rows.height for rows in own.signals("C-105").values()} == {0}
    assert {rows.height for rows in own.signals("C-104").values()} != {0}
    for drawn in (own.heatmap, own.trajectories):
        with pytest.raises(SelectionError, match="no such family or case"):
            drawn(case="C-105")


def test_a_frame_at_level_b_tells_codes_and_weeks_and_no_id(board):
    rows = board.select(families=["F-104", "F-105"]).frame("alliance_cells")
    told = board.frame("alliance_cells", level="B")

    assert told.height == rows.height
    assert told["score"].sum() == rows["score"].sum()
    assert board.frame("alliance_cells", level="A").equals(rows)
    texts = told.write_json()
    ids = {
        *rows["case_id"],
        *rows["family_id"],
        *rows["session_id"],
        *rows["rater_id"].drop_nulls(),
    }
    assert [each for each in ids if f'"{each}"' in texts] == []
    assert told["held_on"].min() == dt.date(2000, 1, 3)
    assert set(told["held_on"].drop_nulls().dt.weekday()) == {1}


def test_what_goes_outside_takes_no_filter_and_an_unknown_level_is_refused(board):
    whole = board.frame("threats_by_quarter", level="C")

    assert whole.height > 0
    with pytest.raises(SelectionError, match="takes no filter"):
        board.frame("threats_by_quarter", level="C", case_ids=["C-104"])
    with pytest.raises(FrameError, match="Nothing of 'alliance_cells' may be told"):
        board.frame("alliance_cells", level="C")
    with pytest.raises(SelectionError, match="takes a level of"):
        board.frame("alliance_cells", level="D")
    with pytest.raises(SelectionError, match="takes no filter"):
        board.select(families=["F-104"]).frame("threats_by_quarter", level="C")


def test_an_agenda_begins_where_the_group_last_discussed_a_case(service, tmp_path):
    file = tmp_path / "meetings.sqlite"
    first = service.agenda()["case_id"][0]
    family, day = f"F{first[1:]}", dt.date(2026, 11, 20)
    MeetingsFile(file).record(Entry(first, family, "T01", day, "?", discussed_session_no=1))
    shared = SharedPictures(service.store, language("en"), discussed=discussed_in(file))

    told = Board(shared=shared).agenda()

    assert told["case_id"][0] != first
    assert told.filter(case_id=first)["discussed_on"].null_count() == 0


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

    assert len(blocks) == 8
    assert names["board"].selection.families == ("F-104", "F-105")
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
