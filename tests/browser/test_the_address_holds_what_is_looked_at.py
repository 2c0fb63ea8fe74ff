"""The address of the page: kept on reload, undone by the back button, read with suspicion."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser_board import BoardPage, Mouse

pytestmark = pytest.mark.browser

CHOSEN = "?therapist=T03&threat=lack_of_trust&instrument=srs&scale=bond&from=2026-06-01&axis=date"
LEFT_OUT = "The address named something these data do not have; it was left out."
UNREADABLE = [
    "?case=%3Cimg%20src%3Dx%20onerror%3Dwindow.__hit%3D1%3E",
    "?from=yesterday&therapist=T03",
    "?from=2026-09-01&to=2026-06-01",
    "?axis=sideways",
    "?therapist=" + "T" * 4000,
    "?family=F-104%00&scale=%F0%9F%92%A5",
]
HARMLESS = [
    "?utm_source=mail",
    "?case=",
    "?=&&==",
    "?scale=total&scale=bond",
    "?lang=%22%3E%3Cb%3E",
]


def banner(page):
    return page.locator(".banner", has_text="it was left out")


def test_a_reload_and_a_second_page_show_the_same(sample_page, sample_board):
    page, board = sample_page.page, sample_page.open(CHOSEN)
    chosen = board.require_in_step()
    said, query = board.part("count").inner_text(), board.query
    page.reload()
    page.wait_for_selector("#board[data-state=ready]")
    expect(board.part("count")).to_have_text(said)
    assert board.query == query
    second = BoardPage(page.context.new_page(), sample_board).open(f"?{query}")
    assert second.require_in_step() == chosen
    expect(second.part("count")).to_have_text(said)
    expect(banner(second.page)).to_have_count(0)
    second.page.close()


def test_a_bookmark_with_chosen_boxes_shows_them_ticked(sample_page):
    sample_page.open(CHOSEN)
    page = sample_page.page
    page.locator(".filters summary", has_text="Therapist").click()
    expect(page.get_by_label("T03", exact=True)).to_be_checked()
    expect(page.get_by_label("T01", exact=True)).not_to_be_checked()
    expect(sample_page.part("chips").locator("button")).to_have_count(3)


def test_back_undoes_each_change_and_forward_repeats_it(sample_page):
    board = sample_page.open("?case=C-104&instrument=srs&scale=total")
    hands = Mouse(board.page)
    steps = [board.require_in_step()]
    for press in (
        board.widget("scale").get_by_text("goals"),
        board.widget("axis").get_by_text("by date"),
        board.page.locator("[data-action=back]"),
    ):
        hands.press(press)
        steps.append(board.require_in_step())
    length = board.page.evaluate("history.length")
    for step in reversed(steps[:-1]):
        board.page.go_back()
        expect(board.part("title")).to_contain_text("F-104")
        assert board.require_in_step() == step
    for step in steps[1:]:
        board.page.go_forward()
        assert board.require_in_step() == step
    assert board.page.evaluate("history.length") == length


def test_a_code_that_does_not_exist_is_left_out_and_said(sample_page):
    board = sample_page.open("?case=C-999&therapist=T03,T77&instrument=srs&scale=total")
    selection = board.require_in_step()
    assert (selection.cases, selection.therapists) == ((), ("T03",))
    expect(banner(board.page)).to_have_text(LEFT_OUT)
    assert "C-999" not in board.page.content()
    assert "T77" not in board.page.content()


@pytest.mark.parametrize("query", UNREADABLE, ids=range(len(UNREADABLE)))
def test_an_address_that_cannot_be_read_opens_the_whole_service_and_says_so(sample_page, query):
    board = sample_page.open(query)
    selection = board.require_in_step()
    assert selection.changed(instrument="", scale="") == type(selection)()
    expect(banner(board.page)).to_have_text(LEFT_OUT)
    assert board.page.evaluate("window.__hit") is None


@pytest.mark.parametrize("query", HARMLESS, ids=range(len(HARMLESS)))
def test_an_address_with_other_words_opens_without_a_complaint(sample_page, query):
    board = sample_page.open(query)
    board.require_in_step()
    expect(banner(board.page)).to_have_count(0)


SCREENS = {
    "agenda": "agenda-title",
    "case": "case-title",
    "families": "overview-title",
    "threats": "threats-title",
    "data": "data-title",
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_menu_opens_every_screen_and_back_returns(sample_page, name):
    other = "data" if name == "families" else "families"
    board = sample_page.open(f"?screen={other}&therapist=T03&instrument=srs&scale=total")
    before = board.require_in_step()
    board.page.locator(f"nav [data-nav={name}]").click()
    expect(board.page.locator(f"#{SCREENS[name]}")).to_be_visible()
    expect(board.page.locator("h1:visible")).to_have_count(1)
    expect(board.page.locator("nav [aria-current]")).to_have_attribute("data-nav", name)
    assert board.require_in_step().therapists == ("T03",)
    board.page.go_back()
    expect(board.page.locator(f"#{SCREENS[other]}")).to_be_visible()
    assert board.require_in_step() == before


@pytest.mark.parametrize("name", SCREENS)
def test_an_address_opens_its_screen_at_once_and_keeps_it(sample_page, name):
    asked = {"agenda": "", "case": "case=C-104"}.get(name, f"screen={name}")
    board = sample_page.open(f"?{asked}")
    expect(board.page.locator(f"#{SCREENS[name]}")).to_be_visible()
    expect(board.page.locator("h1:visible")).to_have_count(1)
    assert asked in board.query
    assert ("screen=" in board.query) == (name in ("families", "threats", "data"))


def test_an_unknown_screen_is_the_agenda(sample_page):
    board = sample_page.open("?screen=case")
    expect(board.page.locator("#agenda-title")).to_be_visible()
    assert "screen" not in board.query


def test_leaving_a_case_keeps_the_filters_and_the_menu_returns_to_it(sample_page):
    board = sample_page.open("?case=C-104&therapist=T03&instrument=srs&scale=total")
    board.require_in_step()
    board.page.locator("nav [data-nav=agenda]").click()
    expect(board.page.locator("#agenda-title")).to_be_visible()
    assert board.require_in_step().cases == ()
    board.page.locator("nav [data-nav=case]").click()
    assert board.require_in_step().cases == ("C-104",)


def test_a_changed_hash_leaves_the_picture_alone(sample_page):
    board = sample_page.open("?case=C-104&instrument=srs&scale=total")
    before = board.require_in_step()
    board.page.evaluate("location.hash = '#main'")
    expect(board.part("title")).to_contain_text("F-104")
    assert board.require_in_step() == before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?screen=case", "asks for a case and names none of these data"),
        ("?screen=nowhere", "asks for a page that does not exist"),
    ],
)
def test_an_address_of_a_screen_that_cannot_be_opened_says_so_on_the_agenda(
    sample_page, query, words
):
    board = sample_page.open(query)

    expect(board.page.locator(".banner", has_text=words)).to_be_visible()
    expect(board.page.locator("[data-screen=agenda]")).to_be_visible()
    board.open("?screen=threats")
    expect(board.page.locator(".banner", has_text="The address asks")).to_have_count(0)
