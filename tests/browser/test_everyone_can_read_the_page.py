"""axe-core finds nothing on any page, in any mode, at any size, with anything opened."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.domain.places import data_folder
from dashboard.meetings import MeetingsFile
from dashboard.store import open_source
from tests.support.browser_board import BoardPage
from tests.support.drawn_service import DrawnService
from tests.support.served import served

pytestmark = pytest.mark.browser

CASE = "?case=C-104&instrument=srs&scale=total"
SIZES = {"laptop": (1440, 900), "meeting": (1920, 1080), "phone": (390, 844)}


@pytest.fixture(scope="module", params=SIZES)
def screen(request, new_page, sample_board):
    """The sample service at one size; the largest in meeting mode."""
    with new_page(*SIZES[request.param]) as page:
        board = BoardPage(page, sample_board).open()
        if request.param == "meeting":
            page.locator("[data-action=meeting]").click()
        yield board


@pytest.fixture(scope="module")
def deciding_board(tmp_path_factory, alliance_home):
    """The sample service with a meetings file, so that a case holds the form of a decision."""
    meetings = MeetingsFile(tmp_path_factory.mktemp("meetings") / "meetings.sqlite")
    source = data_folder("sample_data")
    with open_source(source) as store, served(store, meetings=meetings) as running:
        yield running


@pytest.fixture(scope="module")
def sparse_board(tmp_path_factory):
    """A service without dates and threats, with one case nobody filled a form in for."""
    service = DrawnService()
    for family_id, member_id in (("F1", "ann"), ("F2", "bob")):
        service.draw_family(family_id, {member_id: "parent"})
    service.draw_case("C1", "sessions held held\nann/srs 30 d")
    service.draw_case("C2", "sessions held held", family_id="F2")
    folder = tmp_path_factory.mktemp("sparse") / "store"
    with service.open(folder) as store, served(store) as running:
        yield running


def require_no_violation(board):
    found = Axe().run(board.page)
    assert found.violations_count == 0, found.generate_report()


def summary_of(board, screen, words):
    return board.page.locator(f"{screen} summary", has_text=words)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_overview_has_no_violation(screen, theme):
    screen.go("?screen=families&instrument=srs&scale=total")
    screen.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    require_no_violation(screen)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_case_with_a_chosen_cell_has_no_violation(screen, theme):
    screen.go(CASE)
    screen.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    screen.page.locator("[data-picture=hero]").focus()
    screen.page.keyboard.press("ArrowLeft")
    expect(screen.part("details").locator("h2")).to_be_visible()
    require_no_violation(screen)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_case_with_its_decisions_has_no_violation(new_page, deciding_board, size, theme):
    with new_page(*SIZES[size], color_scheme=theme) as page:
        board = BoardPage(page, deciding_board).open(CASE)
        if size == "meeting":
            page.locator("[data-action=meeting]").click()
        page.get_by_label("What the group decided").fill("Ask the youth first.")
        page.get_by_label("Your code").fill("SUP1")
        page.get_by_role("button", name="Keep decision").click()
        expect(page.locator("[data-said=decide]")).to_have_text("Kept.")
        expect(board.part("kept").locator("button").first).to_be_visible()
        require_no_violation(board)


BANNERS = """() => {
    const shown = [...document.querySelectorAll("[data-banner]")];
    for (const banner of shown) {
        banner.hidden = false;
        if (!banner.textContent.trim()) banner.textContent = banner.dataset.says;
    }
    return shown.filter(banner => banner.offsetHeight > 0).map(banner => banner.dataset.banner);
}"""
NO_MORE_NEWS = (
    "() => { [globalThis.asks, globalThis.fetch] = [fetch, () => new Promise(() => {})]; }"
)
NEWS_AGAIN = "() => { globalThis.fetch = globalThis.asks; }"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_said_of_newer_late_and_lost_data_has_no_violation(screen, theme):
    screen.go("?screen=data")
    screen.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    screen.page.evaluate(NO_MORE_NEWS)  # an answer of the server would hide them again

    assert {"lost", "newer", "pending"} <= set(screen.page.evaluate(BANNERS))
    require_no_violation(screen)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screen.page.evaluate(NEWS_AGAIN)


def test_everything_opened_at_once_has_no_violation(screen):
    screen.go(f"{CASE}&therapist=T03&threat=lack_of_trust&from=2026-06-01")
    screen.page.evaluate(
        "document.querySelectorAll('main details').forEach(each => { each.open = true; })"
    )
    expect(screen.part("chips").locator("button")).to_have_count(3)
    require_no_violation(screen)
    screen.page.evaluate(
        "document.querySelectorAll('main details').forEach(each => { each.open = false; })"
    )


def test_the_table_of_the_weeks_has_no_violation(screen):
    screen.go("?screen=families&therapist=T04&instrument=srs&scale=total")
    opened = summary_of(screen, "[data-screen=families]", "Show as a table")
    opened.click()
    expect(screen.part("weekTwin").locator("table")).to_be_visible()
    require_no_violation(screen)
    opened.click()


def test_a_page_where_nothing_is_selected_has_no_violation(screen):
    screen.go("?screen=families&family=F-104&therapist=T04&instrument=srs&scale=total")
    expect(screen.part("empty")).not_to_be_empty()
    require_no_violation(screen)


def test_a_service_without_dates_says_so_and_has_no_violation(new_page, sparse_board):
    with new_page() as page:
        board = BoardPage(page, sparse_board).open("?screen=families")
        expect(page.locator(".banner", has_text="no session dates")).to_be_visible()
        expect(page.locator(".filters summary", has_text="Dates")).to_have_count(0)
        expect(board.widget("axis")).to_have_count(0)
        expect(page.locator("[data-picture=overview]")).not_to_be_visible()
        expect(board.part("caseList").locator("a")).to_have_text(["C1", "C2"])
        require_no_violation(board)
        board.part("caseList").locator("a").first.click()
        expect(board.part("title")).to_contain_text("F1")
        require_no_violation(board)


def test_a_case_without_any_form_says_so_and_has_no_violation(new_page, sparse_board):
    with new_page() as page:
        board = BoardPage(page, sparse_board).open("?case=C2")
        expect(board.part("caseEmpty")).not_to_be_empty()
        expect(page.locator("[data-picture=hero]")).not_to_be_visible()
        require_no_violation(board)
