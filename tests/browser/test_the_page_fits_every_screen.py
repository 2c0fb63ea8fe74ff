"""Laptop, meeting room and phone: the page never scrolls sideways, the picture may."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser_board import BoardPage

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (1920, 1080), (390, 844)]
CASE = "?case=C-104&instrument=srs&scale=total"
PLACES = {
    "overview": "?screen=families&instrument=srs&scale=total",
    "agenda": "",
    "data": "?screen=data",
    "chips": "?therapist=T01,T02,T03&threat=lack_of_trust&from=2026-06-01&to=2026-11-01",
    "case": CASE,
    "case by date": f"{CASE}&axis=date",
    "case seen by others": "?case=C-119&instrument=softa_o&scale=engagement",
}


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def screen(request, new_page, sample_board):
    """The sample service on a screen of one size."""
    with new_page(*request.param) as page:
        yield BoardPage(page, sample_board).open()


def require_no_sideways_scroll(board):
    width, room = board.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room


@pytest.mark.parametrize("mode", ["desk", "meeting"])
@pytest.mark.parametrize("place", PLACES)
def test_no_page_scrolls_sideways(screen, place, mode):
    pressed = screen.page.locator("[data-action=meeting]")
    if (pressed.get_attribute("aria-pressed") == "true") != (mode == "meeting"):
        pressed.click()
    screen.go(PLACES[place])
    require_no_sideways_scroll(screen)
    screen.page.evaluate("document.querySelectorAll('main .how').forEach(d => { d.open = true; })")
    require_no_sideways_scroll(screen)
    screen.page.evaluate("document.querySelectorAll('main .how').forEach(d => { d.open = false; })")


def test_an_open_filter_stays_on_the_screen(screen):
    screen.go(PLACES["overview"])
    for heading in screen.page.locator(".filters summary").all():
        heading.click()
        opened = screen.page.locator(".filters details[open] .pop")
        box = opened.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= screen.page.viewport_size["width"]
        require_no_sideways_scroll(screen)
        heading.click()


def test_a_phone_scrolls_the_picture_and_opens_it_at_the_newest_session(new_page, sample_board):
    with new_page(390, 844) as page:
        board = BoardPage(page, sample_board).open(CASE)
        picture = page.locator("[data-picture=hero]")
        hidden, left = picture.evaluate(
            "box => [box.scrollWidth - box.clientWidth, box.scrollLeft]"
        )
        assert hidden > 300
        assert abs(left - hidden) <= 1
        newest = board.cell_box(0, 12)
        assert newest["x"] + newest["width"] <= 390
        assert board.cell_box(0, 1)["x"] < 0
        expect(board.part("labels").get_by_text("Parent", exact=True)).to_be_in_viewport()


def test_a_phone_brings_a_chosen_session_beside_the_names(new_page, sample_board):
    with new_page(390, 844) as page:
        board = BoardPage(page, sample_board).open(CASE)
        page.locator("[data-picture=hero]").focus()
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
        expect(board.part("details").locator("h2")).to_contain_text("session 1,")
        first, names = board.cell_box(0, 1), board.part("labels").bounding_box()
        assert first["x"] >= names["x"] + names["width"]
        assert first["x"] + first["width"] <= 390


def test_a_phone_opens_a_case_and_a_cell_by_touch(new_page, sample_board):
    with new_page(390, 844, has_touch=True, is_mobile=True) as page:
        board = BoardPage(page, sample_board).open("?screen=families&instrument=srs&scale=total")
        board.part("weekLabels").locator("[data-case=C-104]").tap()
        expect(board.part("title")).to_contain_text("F-104")
        box = board.cell_box(2, 12)
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(board.part("details").locator("h2")).to_have_text("Youth, session 12, 16 Nov")
        require_no_sideways_scroll(board)


def test_headings_pass_under_the_names_of_the_rows(new_page, sample_board):
    with new_page(390, 844) as page:
        board = BoardPage(page, sample_board).open(CASE)
        names = board.part("labels").bounding_box()
        first = board.cell_box(0, 8)
        assert first["x"] < names["x"] + names["width"], "a heading would show beside its column"
        heading = {"x": first["x"] + 4, "y": first["y"] - 20}
        on_top = page.evaluate(
            "({x, y}) => document.elementFromPoint(x, y).closest('.labels') !== null", heading
        )
        assert on_top
        expect(board.part("labels").get_by_text("session", exact=True)).to_be_visible()
