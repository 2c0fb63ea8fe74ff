"""States of the page: loading, failed, empty, late, printed. Each says what is so."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.errors import QueryError
from tests.support.browser_board import BoardPage, until

pytestmark = pytest.mark.browser

CASE = "?case=C-104&instrument=srs&scale=total"
FIGURES = "globalThis.Bokeh?.index?.roots.length ?? 0"
PATIENCE = 20_000
"""Milliseconds after which a page without a picture says so."""


def fail_with(error):
    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("planted <b>secret</b>"), "The data are unchanged."),
        (QueryError("No query has 'x' & <y>."), "No query has 'x' & <y>. The data are unchanged."),
    ],
    ids=["of the program", "of the board"],
)
def test_a_page_that_cannot_be_made_says_so_and_keeps_secrets(
    new_page, sample_board, monkeypatch, error, said
):
    monkeypatch.setattr("dashboard.shells.serve.board_page", fail_with(error))
    with new_page() as page:
        page.goto(sample_board.url)
        expect(page.locator("h1")).to_have_text("The board could not draw this page.")
        expect(page.locator(".state")).to_have_text(
            f"{said} Try again; if it happens again, run: alliance doctor."
        )
        expect(page.locator("body")).not_to_contain_text("secret")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        monkeypatch.undo()
        page.get_by_text("Try again", exact=True).click()
        page.wait_for_selector("#board[data-state=ready]")


def test_a_page_says_that_it_loads_and_then_that_it_failed(browser, sample_board):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/bokeh.min.js*", lambda route: route.abort())
    page.clock.install()
    page.goto(sample_board.url)
    expect(page.locator(".loading")).to_be_visible()
    expect(page.locator(".failed")).not_to_be_visible()
    page.clock.fast_forward(PATIENCE)
    expect(page.locator(".failed")).to_contain_text("The numbers are unharmed")
    expect(page.locator(".loading")).not_to_be_visible()
    expect(page.locator("[data-screen=data] table").first).to_be_visible()
    context.close()


def test_a_page_that_draws_in_time_never_says_that_it_failed(new_page, sample_board):
    with new_page() as page:
        page.clock.install()
        BoardPage(page, sample_board).open()
        page.clock.fast_forward(PATIENCE)
        expect(page.locator(".failed")).not_to_be_visible()
        expect(page.locator(".loading")).not_to_be_visible()


def test_an_empty_choice_is_said_where_the_picture_was(sample_page):
    sample_page.go("?screen=families&family=F-104&therapist=T04&instrument=srs&scale=total")
    expect(sample_page.part("empty")).not_to_be_empty()
    expect(sample_page.part("count")).to_have_text(sample_page.part("empty").inner_text())
    expect(sample_page.page.locator("[data-picture=overview]")).not_to_be_visible()
    sample_page.page.locator("[data-action=reset]").click()
    expect(sample_page.page.locator("[data-picture=overview]")).to_be_visible()
    sample_page.require_in_step()


def picture_of(page):
    page.mouse.move(0, 0)
    page.wait_for_timeout(200)
    return page.locator("[data-picture=hero]").screenshot()


def test_figures_stay_centred_when_the_fonts_come_late(new_page, sample_board):
    with new_page() as page:
        BoardPage(page, sample_board).open(CASE)
        in_time = picture_of(page)
    with new_page() as page:
        held = []

        def hold(route):
            held.append(route)

        page.route("**/*.woff2", hold)
        page.goto(sample_board.url + CASE, wait_until="domcontentloaded")
        expect(page.locator(".loading")).to_be_visible()
        until(lambda: held, page, "the page asks for its fonts")
        until(lambda: page.evaluate(FIGURES) >= 1, page, "Bokeh has drawn the first figure")
        expect(page.locator(".loading")).to_be_visible()
        page.unroute("**/*.woff2", hold)  # lets go of those that wait
        page.wait_for_selector("#board[data-state=ready]")
        assert picture_of(page) == in_time


def test_fonts_that_never_come_do_not_keep_the_picture_away(browser, sample_board):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*.woff2", lambda route: route.abort())
    BoardPage(page, sample_board).open(CASE)
    expect(page.locator("[data-outlet=title]")).to_contain_text("F-104")
    context.close()


def test_a_printed_case_holds_its_title_and_its_table_and_no_controls(sample_page):
    board = sample_page.open(CASE)
    board.require_in_step()
    board.page.emulate_media(media="print")
    expect(board.part("title")).to_be_visible()
    expect(board.part("twin").locator("table")).to_be_visible()
    for control in (".filters", ".switches", ".bar", "[data-screen=case] .downloads"):
        expect(board.page.locator(control)).not_to_be_visible()
    printed = board.page.pdf(tagged=True, outline=True)
    board.page.emulate_media(media="screen")
    assert printed.startswith(b"%PDF")
    assert b"F-104" in printed


A4_LESS_MARGINS = 703
"""186 mm of a sheet of A4, in pixels of 1/96 inch."""


@pytest.mark.parametrize("query", [CASE, "?screen=families&instrument=srs&scale=total"])
def test_no_session_and_no_week_of_a_picture_is_cut_off_on_paper(sample_page, query):
    board = sample_page.open(query)
    name = "hero" if query == CASE else "overview"
    crop = board.page.locator(f"[data-picture={name}] .crop")
    assert crop.bounding_box()["width"] > A4_LESS_MARGINS
    board.page.emulate_media(media="print")
    width = crop.bounding_box()["width"]
    hidden = board.page.locator(f"[data-picture={name}]").evaluate(
        "box => getComputedStyle(box).overflowX"
    )
    board.page.emulate_media(media="screen")
    assert 0 < width <= A4_LESS_MARGINS
    assert hidden == "visible"


def test_what_was_dark_on_the_screen_is_dark_words_on_white_paper(new_page, sample_board):
    with new_page(color_scheme="dark") as page:
        board = BoardPage(page, sample_board).open(CASE)
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        ink = "box => [getComputedStyle(box).color, getComputedStyle(box).backgroundColor]"
        assert board.part("title").evaluate(ink)[0] == "rgb(0, 0, 0)"
        assert page.locator("body").evaluate(ink)[1] == "rgb(255, 255, 255)"
        picture = page.locator("[data-picture=hero]").evaluate(ink)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen", color_scheme="dark")
        assert picture == ["rgb(233, 235, 231)", "rgb(18, 23, 29)"]
        assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
        expect(page.locator(".inked-dark")).to_have_count(0)
