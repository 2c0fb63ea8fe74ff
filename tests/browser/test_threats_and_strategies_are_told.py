"""The screen of threats: lists follow the filters and lead to cases; counts have their tables."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.browser_board import BoardPage, Keyboard, Mouse

pytestmark = pytest.mark.browser

THREATS = "?screen=threats"


def test_the_menu_opens_the_screen_and_its_lists_follow_a_filter(sample_page):
    board = sample_page.open()
    board.page.locator("nav [data-nav=threats]").click()
    opened = board.part("threatOpen")
    expect(opened.locator("[data-case=C-104]")).to_be_visible()
    everyone = opened.locator("tbody tr").count()
    board.page.locator(".filters summary", has_text="Therapist").click()
    board.page.get_by_label("T03", exact=True).click()
    board.require_in_step()
    assert 0 < opened.locator("tbody tr").count() < everyone
    board.page.locator("[data-action=reset]").click()
    expect(opened.locator("tbody tr")).to_have_count(everyone)


@pytest.mark.parametrize("outlet", ["threatOpen", "threatCalm", "threatMoving"])
@pytest.mark.parametrize("hands", [Mouse, Keyboard], ids=lambda hands: hands.name)
def test_every_list_leads_to_its_case(sample_page, hands, outlet):
    board = sample_page.open(THREATS)
    link = board.part(outlet).locator("[data-case]").first
    code = link.get_attribute("data-case")
    hands(board.page).press(link)
    assert board.require_in_step().cases == (code,)


def test_the_picture_of_months_has_the_same_numbers_as_its_table(sample_page):
    board = sample_page.open(THREATS)
    said = board.part("threatMonths").locator("svg").first.get_attribute("aria-label")
    board.page.locator("[data-screen=threats] summary", has_text="Show as a table").click()
    rows = board.part("threatMonthTable").locator("tbody tr")
    for row in rows.all():
        month, first = row.locator("th").inner_text(), row.locator("td").first.inner_text()
        assert f"{month}: {first.split()[0]}" in said


def test_a_selection_without_cases_says_that_none_is_open(sample_page):
    board = sample_page.open(f"{THREATS}&family=F-104&therapist=T04")
    expect(board.part("threatOpen")).to_contain_text("None open in this selection.")
    expect(board.part("threatCalm")).to_contain_text("None in this selection.")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (390, 844)])
def test_the_screen_has_no_violation_and_no_sideways_scroll(new_page, sample_board, size, theme):
    with new_page(*size, color_scheme=theme) as page:
        board = BoardPage(page, sample_board).open(THREATS)
        if size[0] == 1920:
            page.locator("[data-action=meeting]").click()
        page.evaluate("document.querySelectorAll('main details.how').forEach(d => d.open = true)")
        expect(board.part("threatMatrix")).to_contain_text("active listening")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= room
