"""What every session of a process shares: one block, first figures, and sets of a large service."""

from __future__ import annotations

import gc

import pytest
from bokeh.models import ColumnDataSource

from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.panels import shared as shared_module
from dashboard.panels.board import Board
from dashboard.panels.page import board_page
from dashboard.panels.shared import CELL_LIMIT, SharedPictures
from dashboard.store import publish
from dashboard.views.language import language
from tests.support.rich_service import rich_service

CASES = {"C1", "C2", "C3", "C4"}


@pytest.fixture
def pictures(store):
    return SharedPictures(store, language("en"))


@pytest.fixture
def small(store, monkeypatch):
    """Pictures of the same service where a browser holds no more than its largest case."""
    counts = store.query("cell_counts")
    monkeypatch.setattr(shared_module, "CELL_LIMIT", counts["cell_count"].max())
    return SharedPictures(store, language("en"))


def sources(figure):
    return {
        model.name: model for model in figure.references() if isinstance(model, ColumnDataSource)
    }


def test_the_limit_is_the_settled_one():
    assert CELL_LIMIT == 50_000


def test_two_boards_share_one_block_and_one_text(pictures):
    one, other = Board(shared=pictures), Board(shared=pictures, selection=Selection(cases=("C3",)))

    assert one.loaded is other.loaded
    assert one.loaded.is_whole
    assert one.loaded.case_ids == CASES
    assert one.engine.block is other.engine.block


@pytest.mark.parametrize("name", ["hero", "overview"])
def test_a_figure_is_drawn_once_and_copied_for_every_session(pictures, monkeypatch, name):
    drawn = []
    element = pictures.element

    def counted(*arguments):
        drawn.append(arguments[0])
        return element(*arguments)

    monkeypatch.setattr(pictures, "element", counted)
    loaded = pictures.loaded(Selection())
    one, other = pictures.figure(name, loaded), pictures.figure(name, loaded)

    assert drawn == [name]
    assert one is not other
    assert one.document is None
    ours, theirs = sources(one), sources(other)
    assert set(ours) == set(theirs)
    ours[f"{name}:texts"].data = {"x": []}
    assert theirs[f"{name}:texts"].data != {"x": []}


def test_a_large_service_shows_the_set_that_was_chosen(small):
    nobody = small.loaded(Selection())
    of_therapist = small.loaded(Selection(therapists=("T03",), threats=("lack_of_trust",)))
    of_case = small.loaded(Selection(cases=("C2",), therapists=("T03",)))

    assert not nobody.is_whole
    assert nobody.case_ids == {"C1"}
    assert of_therapist.case_ids == {"C1"}
    assert of_case.case_ids == {"C2"}
    assert small.loaded(Selection(families=("F2",))).case_ids == {"C3", "C4"}
    assert small.loaded(Selection(groups=("G2",))) is not nobody


def test_a_set_is_built_once_for_what_decides_it(small):
    family = Selection(families=("F2",))

    assert small.loaded(family) is small.loaded(family.changed(threats=("lack_of_trust",)))


def test_the_board_of_a_large_service_fetches_another_set_and_offers_what_it_holds(small):
    board = Board(shared=small)
    before = board.engine.block
    assert list(board.widgets.by_name["case"].options.values()) == ["", "C1"]

    board.select(family="F2")

    assert board.loaded.case_ids == {"C3", "C4"}
    assert list(board.widgets.by_name["case"].options.values()) == ["", "C3", "C4"]
    assert board.engine.block is board.loaded.text != before
    assert board.widgets.by_name["families"].value == ["F2"]
    assert board.engine.options == board.widgets.codes()


def test_any_case_of_a_large_service_can_be_chosen_whatever_is_held(small):
    board = Board(shared=small).select(case="C2")

    assert board.selection.cases == ("C2",)
    assert "C2" in board.loaded.case_ids
    assert board.widgets.by_name["case"].value == "C2"
    with pytest.raises(SelectionError, match="does not exist in these data"):
        board.select(case="C9")


@pytest.mark.parametrize(("fixture", "says_so"), [("small", True), ("pictures", False)])
def test_only_the_page_of_a_large_service_says_that_it_holds_a_part(request, fixture, says_so):
    page = board_page(request.getfixturevalue(fixture), "")

    said = [note["text"] for note in page._render_variables["notes"]]
    found = [text for text in said if text.startswith("This service is larger than one page")]
    assert len(found) == int(says_so)


def test_the_sets_and_figures_of_a_long_day_do_not_pile_up(store, monkeypatch):
    monkeypatch.setattr(shared_module, "CELL_LIMIT", 1)
    monkeypatch.setattr(shared_module, "SETS_KEPT", 2)
    pictures = SharedPictures(store, language("en"))
    therapists = store.query("therapist_list")["therapist_id"].to_list()
    asked = [Selection(therapists=(one, other)) for one in therapists for other in therapists]
    for selection in asked:
        pictures.figure("overview", pictures.loaded(selection))
    gc.collect()

    assert len(pictures._sets) == shared_module.SETS_KEPT
    assert len(pictures._figures) <= shared_module.SETS_KEPT


def test_a_scope_holds_its_cases_and_no_other(store):
    scope = Scope("one case", frozenset({"C3"}))
    board = Board(shared=SharedPictures(store, language("en"), scope))

    assert board.loaded.case_ids == {"C3"}
    assert board.frame("alliance_cells")["case_id"].unique().to_list() == ["C3"]
    with pytest.raises(SelectionError, match="does not exist in these data"):
        board.select(case="C1")
    with pytest.raises(SelectionError, match="no such family or case"):
        board.heatmap(case="C1")


def test_a_page_that_is_open_keeps_its_generation_and_a_new_one_shows_the_newer(tmp_path):
    service = rich_service()
    with service.open(tmp_path / "store") as store:
        pictures = SharedPictures(store, language("en"))
        board = Board(shared=pictures)
        service.draw_case("C6", "sessions held", family_id="F2")
        publish(service.export(), tmp_path / "store")
        store.refresh()
        board.select(therapist="T01")

        assert board.loaded.generation == 1
        assert Board(shared=pictures).loaded.generation == 2
        assert Board(shared=pictures).loaded.case_ids == CASES | {"C6"}
