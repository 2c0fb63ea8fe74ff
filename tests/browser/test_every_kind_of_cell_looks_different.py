"""What is missing is never taken for a score, nor for another kind of missing."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from dashboard.views.geometry import LOOK_OF_STATE, PERFECT, UNINTERPRETABLE
from dashboard.views.packing import ANY
from tests.support.browser_board import BoardPage
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.served import served

pytestmark = pytest.mark.browser

STATES = """
sessions held held held held held held held held cancelled
ann/srs  d    o    a    ?    -    .    p    40   .
bob/srs  12   25   29   32   35   38   36   t36  .
came/ann present present absent present present present present present present
"""
CHANGED = 60
"""How far a channel of a pixel must move, of 255, to be seen as another."""

LEAST = 12
"""Pixels of a cell that must differ at least; a stroke of 12 by 1 is seen."""


@pytest.fixture(scope="module")
def drawn_board(tmp_path_factory):
    """A case with every state in one row, and every step and a split total in the other."""
    service = DrawnService()
    service.draw_family("F1", {"ann": "parent", "bob": "partner"})
    service.draw_case("C1", STATES, first_day=FIRST_DAY)
    folder = tmp_path_factory.mktemp("drawn") / "store"
    with service.open(folder) as store, served(store) as running:
        yield running


@pytest.fixture(scope="module", params=["light", "dark"])
def crops(request, new_page, drawn_board):
    """Pixels of one cell of each look."""
    with new_page(1920, 1080) as page:
        board = BoardPage(page, drawn_board).open("?case=C1&instrument=srs&scale=total")
        if request.param == "dark":
            page.locator("[data-action=theme]").click()
        page.wait_for_timeout(200)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        return {
            look: pixels(picture, board.cell_box(row, session))
            for row in (0, 1)
            for session, look in shown_looks(board, row=row).items()
        }


def shown_looks(board, *, row=0, scale="total"):
    """Return which look each session of a row has, from the block itself."""
    block = board.board.loaded.block
    cells, facts = block.tables["cells"], block.facts
    shown = facts["scales"].index(scale)
    case = [item["code"] for item in facts["cases"]].index("C1")
    return {
        cells["col"][i] + 1: cells["look"][i]
        for i in block.rows("cells", case, 0)
        if cells["row"][i] == row and cells["scale"][i] in (shown, ANY)
    }


def pixels(picture, box):
    left, top = round(box["x"]), round(box["y"])
    size = round(box["width"]), round(box["height"])
    return np.asarray(picture.crop((left, top, left + size[0], top + size[1])), dtype=int)


def differing(one, other):
    return int((np.abs(one - other).max(axis=2) >= CHANGED).sum())


def test_every_state_and_every_step_is_drawn_once_at_least(crops):
    assert set(LOOK_OF_STATE.values()) <= set(crops)
    assert PERFECT in crops
    assert len([look for look in crops if look < PERFECT]) >= 4


def test_no_two_kinds_of_cell_look_alike(crops):
    alike = [
        (one, other)
        for one, other in combinations(crops, 2)
        if one not in range(1, PERFECT) or other not in range(1, PERFECT)
        if differing(crops[one], crops[other]) < LEAST
    ]
    assert alike == []


def test_what_is_missing_has_no_fill(crops):
    for look in LOOK_OF_STATE.values():
        cell = crops[look].reshape(-1, 3)
        colours, counts = np.unique(cell, axis=0, return_counts=True)
        paper = crops[LOOK_OF_STATE["no_record"]][2, 2]
        most = colours[counts.argmax()]
        assert (most == paper).all(), look


def test_a_score_fills_its_cell(crops):
    paper = crops[LOOK_OF_STATE["no_record"]][2, 2]
    for look in (each for each in crops if each < PERFECT):
        inside = crops[look][3:8, 3:-3].reshape(-1, 3)
        assert (np.abs(inside - paper).max(axis=1) > 4).mean() > 0.9, look


def test_a_form_whose_parts_say_nothing_is_hollow(new_page, drawn_board):
    with new_page(1920, 1080) as page:
        board = BoardPage(page, drawn_board).open("?case=C1&instrument=srs&scale=bond")
        page.wait_for_timeout(200)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        split, sound = (pixels(picture, board.cell_box(1, session)) for session in (8, 7))
        assert shown_looks(board, row=1, scale="bond")[8] == UNINTERPRETABLE
        paper = np.asarray(picture)[0, 0]
        assert (np.abs(split[3:8, 3:-3] - paper).max(axis=2) <= 4).all()
        assert differing(split, sound) > LEAST
