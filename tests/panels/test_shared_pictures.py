"""What every session of a process shares: one block, first figures, and sets of a large service."""

from __future__ import annotations

import gc
import json

import pytest
from bokeh.document import Document
from bokeh.models import ColumnDataSource, ImportedStyleSheet

from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.panels import shared as shared_module
from dashboard.panels.board import Board
from dashboard.panels.drawn import FIGURES
from dashboard.panels.page import board_page
from dashboard.panels.prepared import PreparedTexts
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


def sources(node):
    """Yield name and columns of every source in Bokeh's JSON of a figure."""
    if isinstance(node, dict) and node.get("name") == "ColumnDataSource":
        columns = node["attributes"]["data"]["entries"]
        yield node["attributes"]["name"], dict(columns)
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from sources(part)


def test_the_limit_is_the_settled_one():
    assert CELL_LIMIT == 50_000


def test_two_boards_share_one_block_and_one_text(pictures):
    one, other = Board(shared=pictures), Board(shared=pictures, selection=Selection(cases=("C3",)))

    assert one.loaded is other.loaded
    assert one.loaded.is_whole
    assert one.loaded.case_ids == CASES
    assert one.engine.block is other.engine.block


def test_one_text_of_figures_is_sent_to_every_session_without_data(pictures):
    one = pictures.figures(pictures.loaded(Selection()))
    other = pictures.figures(pictures.loaded(Selection(cases=("C3",))))

    assert one is other
    for name in FIGURES:
        layers = dict(sources(json.loads(one.text)[name]))
        assert {f"{name}:texts", f"{name}:cells", f"{name}:hit"} <= set(layers)
        assert [column for columns in layers.values() for column in columns] != []
        assert all(rows == [] for columns in layers.values() for rows in columns.values())


def test_the_page_of_a_session_holds_widgets_alone_and_where_the_rest_is(pictures):
    page, document = board_page(pictures, "case=C3"), Document()
    page.put_into(document)

    assert {root.name for root in document.roots} == set(page.widgets)
    assert {type(model).__module__.split(".")[0] for model in document.models} == {"bokeh"}
    assert not list(document.select({"type": ColumnDataSource}))
    assert not list(document.select({"type": ImportedStyleSheet}))
    told = json.loads(document.select_one({"name": "told"}).value)
    assert told == {
        "block": page.board.loaded.prepared.address,
        "options": page.board.widgets.codes(),
        "whom": None,
    }
    assert page.facts["fetched"][1] == told["block"]


def test_the_page_hears_which_cell_was_picked_and_nothing_that_is_not_a_pick(pictures):
    page, document = board_page(pictures, "case=C3"), Document()
    page.put_into(document)
    heard = document.select_one({"name": "heard"})
    heard.value = '{"picked": {"case": "C3", "row": 1}}'
    for nonsense in ("", "[]", "{", '{"picked": 3}', '{"chosen": {}}'):
        page.widgets["heard"].value = nonsense

    assert page.board.picked == page.board.engine.picked == {"case": "C3", "row": 1}


def test_the_page_of_a_large_service_is_told_where_another_set_is(small):
    page = board_page(small, "")
    before = json.loads(page.widgets["told"].value)

    page.board.select(family="F2")

    after = json.loads(page.widgets["told"].value)
    assert after["block"] == page.board.loaded.patch.address != before["block"]
    assert after["options"]["case"] == ["", "C3", "C4"]


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

    said = [note["text"] for note in page.facts["notes"]]
    found = [text for text in said if text.startswith("This service is larger than one page")]
    assert len(found) == int(says_so)


def test_the_sets_of_a_long_day_do_not_pile_up(store, monkeypatch):
    monkeypatch.setattr(shared_module, "CELL_LIMIT", 1)
    monkeypatch.setattr(shared_module, "SETS_KEPT", 2)
    texts = PreparedTexts()
    pictures = SharedPictures(store, language("en"), texts=texts)
    therapists = store.query("therapist_list")["therapist_id"].to_list()
    asked = [Selection(therapists=(one, other)) for one in therapists for other in therapists]
    board = Board(shared=pictures, selection=asked[0])
    told = [pictures.loaded(selection).prepared.digest for selection in asked]
    gc.collect()

    kept = {loaded.prepared.digest for loaded in pictures._sets.values()}
    assert len(kept) == shared_module.SETS_KEPT
    assert pictures._sets._making == {}
    still = {digest for digest in told if texts.find(digest)}
    assert still == kept | {board.loaded.prepared.digest}


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
