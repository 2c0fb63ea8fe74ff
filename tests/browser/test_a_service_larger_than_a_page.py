"""A large service in a browser: pages of families, search in a long list, one therapist."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from dashboard.domain.selection import Selection
from tests.support.browser_board import BoardPage, until
from tests.support.large_service import FAMILIES, service_of, small_limits
from tests.support.served import served

pytestmark = pytest.mark.browser

PATCH_BYTES = 60_000


@pytest.fixture(scope="module")
def large_board(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "store"
    with small_limits(), service_of(FAMILIES).open(folder) as store, served(store) as running:
        yield running


def size_of(answer):
    """Return the bytes of a set of cases; other files of the page do not count."""
    return int(answer.headers["content-length"]) if "/pictures/" in answer.url else 0


@pytest.fixture(scope="module")
def opened(new_page, large_board):
    """One page of the large service, with the size of each set of cases that is fetched."""
    with new_page() as page:
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        sizes = []
        page.on("response", lambda answer: sizes.append(size_of(answer)))
        yield BoardPage(page, large_board), sizes
        expect.set_options(timeout=5_000)


@pytest.fixture
def large(opened):
    board, sizes = opened
    board.open("?screen=families")
    sizes.clear()
    return board


def said(board, name, text):
    expect(board.part(name)).to_contain_text(text)


def test_a_page_is_turned_by_keyboard_and_the_place_is_kept(large, opened):
    page = large.page
    said(large, "paging", "Cases 1 to 40 of 90")
    page.locator('[data-page="page:1"]').focus()
    page.keyboard.press("Enter")

    said(large, "paging", "Cases 41 to 80 of 90")
    said(large, "count", "Page 2 of 3: 80 forms · 40 families")
    expect(page.locator('[data-page="page:1"]')).to_be_focused()
    page.keyboard.press("Enter")
    said(large, "count", "Page 3 of 3: 20 forms · 10 families")
    expect(page.locator("[data-goto]")).to_be_focused()
    expect(large.part("weekLabels").locator("a")).to_have_count(10)
    expect(large.part("weekTwin").locator("tbody tr")).to_have_count(10)
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    until(lambda: large.engine("!!engine.block.tables.cells"), page, "the rest is here")
    assert 0 < sum(opened[1]) < PATCH_BYTES


def addressed(board, part):
    """Wait for the address, which is written once the picture is painted."""
    until(lambda: part in board.page.url, board.page, f"the address says {part}")


def test_a_page_is_gone_to_by_its_number_and_kept_in_the_address(large):
    page = large.page
    page.locator("[data-goto]").fill("2")
    page.keyboard.press("Enter")
    said(large, "count", "Page 2 of 3:")
    expect(large.part("weekLabels").locator("a").first).to_have_text("F-41")
    addressed(large, "page=2")

    page.locator('[data-page="page:1"]').click()
    said(large, "paging", "Cases 81 to 90 of 90")
    page.go_back()
    said(large, "paging", "Cases 41 to 80 of 90")
    addressed(large, "page=2")
    page.reload()
    said(large, "paging", "Cases 41 to 80 of 90")
    page.go_back()
    said(large, "paging", "Cases 1 to 40 of 90")
    until(lambda: "page=" not in page.url, page, "the address of the first page")


def test_the_next_case_goes_on_to_the_next_page(large):
    large.open("?case=C-40")
    said(large, "title", "F-40")
    large.page.locator("[data-step='1']").click()
    said(large, "title", "F-41")
    addressed(large, "case=C-41")
    assert "page=" not in large.page.url
    large.page.locator("[data-step='-1']").click()
    said(large, "title", "F-40")


def test_the_agenda_begins_with_the_cases_of_the_whole_service(large):
    page = large.page
    large.open("")
    said(large, "agendaCount", "30 of 90")
    expect(large.part("agendaTalk").locator("a.code").nth(2)).to_have_text("F-18")
    page.locator("[data-nav=families]").click()
    said(large, "paging", "Cases 1 to 40 of 90")
    page.locator("[data-nav=agenda]").click()
    said(large, "agendaCount", "30 of 90")
    large.part("agendaTalk").locator("a.code").first.click()
    said(large, "title", "F-12")
    page.locator("[data-step='1']").click()
    said(large, "title", "F-15")


def test_a_family_is_found_as_one_types_and_opens_in_two_steps(large):
    page = large.page
    page.locator(".filters summary", has_text="Family").click()
    page.get_by_label("Find a family by its code").press_sequentially("-7")
    boxes = large.widget("families").locator("input[type=checkbox]")
    expect(boxes).to_have_count(11)
    page.get_by_label("F-77", exact=True).check()

    said(large, "chips", "F-77")
    said(large, "count", re.compile(r"^2 forms · 1 family"))
    page.keyboard.press("Escape")
    large.part("weekLabels").locator("a", has_text="F-77").click()
    said(large, "title", "F-77")
    expect(large.part("twin").locator("tbody tr")).to_have_count(1)
    addressed(large, "case=C-77")
    addressed(large, "family=F-77")


def test_the_families_of_a_therapist_come_with_one_click_and_open_with_another(large, opened):
    page = large.page
    page.locator(".filters summary", has_text="Therapist").click()
    page.get_by_label("T1", exact=True).check()

    said(large, "count", re.compile(r"^10 forms · 5 families"))
    expect(large.part("weekLabels").locator("a")).to_have_count(5)
    opened[1].clear()
    page.keyboard.press("Escape")
    large.part("weekLabels").locator("a", has_text="F-3").click()
    said(large, "title", "F-3")
    expect(large.part("twin").locator("tbody tr")).to_have_count(1)
    page.go_back()
    said(large, "count", re.compile(r"^10 forms · 5 families"))


def test_an_address_of_a_large_service_opens_its_case_and_leads_back_to_its_page(large):
    large.open("?case=C-57")
    said(large, "title", "F-57")
    large.page.locator("[data-nav=families]").click()
    expect(large.part("paging")).to_contain_text("Cases 41 to 80 of 90")


def test_a_filter_of_members_waits_for_what_the_first_sight_does_not_know(large):
    large.open("?screen=families&member=m-3")
    said(large, "count", "2 forms · 1 family · lowest 33, highest 36")

    large.page.locator(".filters summary", has_text="Therapist").click()
    large.page.get_by_label("T1", exact=True).check()

    said(large, "chips", "T1")
    said(large, "count", "2 forms · 1 family · lowest 33, highest 36")
    expect(large.page.locator("main")).not_to_have_attribute("aria-busy", "true")
    assert not large.engine("engine.block.isGlimpse")


def test_the_cases_of_a_name_that_the_pointer_rests_on_are_made_ready(large, large_board):
    page, since = large.page, dt.date(2026, 3, 16)
    large.open(f"?screen=families&from={since}")
    shared = large_board.boards[-1].shared
    wanted = shared.wanted(Selection(therapists=("T2",), date_from=since))
    page.locator(".filters summary", has_text="Therapist").click()
    assert shared._glimpses.get(wanted.key) is None

    page.get_by_label("T2", exact=True).hover()

    until(lambda: shared._glimpses.get(wanted.key) is not None, page, "the weeks of T2")
    assert large.engine("engine.selection.therapists") == []


_FRAME = "[engine.widgets.figures.hero.frame_width, engine.widgets.figures.hero.frame_height]"


def test_a_frame_stays_where_less_is_needed_and_the_page_crops_it(large):
    large.open("?case=C-3")
    said(large, "title", "F-3")
    geometry = large.engine("engine.block.geometry")
    room = [geometry["roomWidth"], geometry["roomHeight"] + geometry["head"]]
    assert large.engine(_FRAME) == room

    large.engine("engine.block.frames.hero = [2000, 700, 42]")
    large.engine("engine.apply()")
    assert large.engine(_FRAME) == [2000, 742]

    large.engine("engine.openCase('C-57')")  # of another page
    said(large, "title", "F-57")
    assert large.engine("engine.block.frames.hero[0]") < 400
    assert large.engine(_FRAME) == [2000, 742]
    cropped = large.page.locator('[data-picture="hero"] .crop').bounding_box()["height"]
    assert cropped == large.engine("Math.ceil(engine.picture.height + engine.block.geometry.head)")


def test_one_very_long_case_does_not_make_every_later_frame_as_long(large):
    large.open("?case=C-3")
    large.engine("engine.block.frames.hero = [9000, 700, 42]")
    large.engine("engine.apply()")
    assert large.engine(_FRAME) == [9000, 742]

    large.engine("engine.openCase('C-57')")
    said(large, "title", "F-57")
    assert large.engine(_FRAME)[0] < 9000


_CHOOSE_TWICE = """() => new Promise(done => {
    const {therapists} = allianceBoards[0].widgets.models;
    therapists.setv({active: [0]});
    setTimeout(() => { therapists.setv({active: [1]}); done(); }, 5);
})"""
_NOTE_COUNTS = """() => {
    const place = document.querySelector("[data-outlet=count]");
    globalThis.counted = [];
    new MutationObserver(() => counted.push(place.textContent)).observe(place, {childList: true});
}"""


def test_nothing_is_said_of_a_therapist_before_their_cases_have_come(large):
    page = large.page
    page.evaluate(_NOTE_COUNTS)
    page.locator(".filters summary", has_text="Therapist").click()
    page.get_by_label("T1", exact=True).check()
    said(large, "count", re.compile(r"^10 forms · 5 families"))
    page.get_by_label("T1", exact=True).uncheck()
    said(large, "count", "Page 1 of 3: 80 forms")
    page.get_by_label("T2", exact=True).check()
    said(large, "count", "Page 1 of 3: 80 forms")
    said(large, "paging", "Cases 1 to 40 of 85")

    assert page.evaluate("counted.map(text => text.match(/[0-9]+ forms/)[0])") == [
        *("10 forms", "80 forms"),
    ]


def test_the_cases_of_a_choice_that_was_changed_are_passed_over(large):
    large.page.evaluate(_NOTE_COUNTS)
    large.page.evaluate(_CHOOSE_TWICE)

    said(large, "chips", "T2")
    said(large, "paging", "Cases 1 to 40 of 85")
    assert all("80 forms" in text for text in large.page.evaluate("counted"))


def test_a_filter_that_asks_for_the_cases_that_are_held_is_followed_at_once(large):
    large.open("?screen=families&therapist=T1")
    page = large.page
    page.locator(".filters summary", has_text="Family").click()
    for number in range(1, 6):
        page.get_by_label(f"F-{number}", exact=True).check()
    said(large, "chips", "F-5")
    said(large, "count", re.compile(r"^10 forms · 5 families"))
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true", timeout=2_000)


def test_a_list_that_is_drawn_anew_keeps_the_focus_and_closes_by_keyboard(large):
    page = large.page
    page.locator(".filters summary", has_text="Therapist").click()
    page.get_by_label("T2", exact=True).focus()
    page.keyboard.press("Space")
    said(large, "chips", "T2")
    said(large, "paging", "Cases 1 to 40 of 85")

    expect(page.get_by_label("T2", exact=True)).to_be_focused()
    page.evaluate("document.activeElement.shadowRoot.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator(".filters details[open]")).to_have_count(0)
    expect(page.locator(".filters summary", has_text="Therapist")).to_be_focused()
