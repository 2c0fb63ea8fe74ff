"""The first page: what to talk about and why, by mouse and by keyboard, under every filter."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.domain.places import data_folder
from dashboard.meetings import Entry, MeetingsFile
from dashboard.store import open_source
from tests.support.browser_board import BoardPage, Keyboard, Mouse
from tests.support.served import served

pytestmark = pytest.mark.browser

DECIDED_ON = dt.date(2026, 11, 2)


@pytest.fixture(scope="module")
def board(sample_page):
    return sample_page


def codes(locator):
    return [each.get_attribute("data-case") for each in locator.all()]


def expected(board, *, well=False, **filters):
    """Return cases with something to talk about, as the query says for the same filters."""
    selection = board.selection.changed(**filters)
    reasons = board.served.store.query_selection("agenda_reasons", selection)
    wanted = reasons.filter(reasons["case_tier"] == 3 if well else reasons["case_tier"] < 3)
    return wanted["case_id"].unique(maintain_order=True).to_list()


FILTERED = [
    "",
    "?therapist=T03",
    "?family=F-104,F-105",
    "?threat=goal_misalignment",
    "?from=2026-09-01&to=2026-10-15&therapist=T02",
    "?group=Monday",
]


@pytest.mark.parametrize("query", FILTERED)
def test_the_agenda_is_that_of_the_query_for_the_same_filters(board, query):
    board.open(query)
    board.require_in_step()
    talk = board.part("agendaTalk")
    wanted = expected(board)
    assert codes(talk.locator(".code")) == wanted
    assert codes(talk.locator("> ul .code")) == wanted[:3]
    assert codes(board.part("agendaWell").locator("a")) == expected(board, well=True)[:2]
    expect(board.part("agendaCount")).to_contain_text(f": {len(wanted)} of ")


def test_a_filter_changes_the_agenda_at_once_and_asks_no_server(board):
    board.open()
    board.require_in_step()
    asked = []
    board.page.on("request", lambda request: asked.append(request.url))
    board.page.locator(".filters summary", has_text="Therapist").click()
    board.page.get_by_label("T03", exact=True).click()
    assert codes(board.part("agendaTalk").locator(".code")) == expected(board)
    board.require_in_step()
    assert [url for url in asked if not url.endswith("/alive")] == []


@pytest.mark.parametrize("hands", [Mouse, Keyboard], ids=lambda hands: hands.name)
def test_a_family_code_opens_its_case_and_back_returns(board, hands):
    board.open()
    first = board.part("agendaTalk").locator(".code").first
    code = first.get_attribute("data-case")
    hands(board.page).press(first)
    assert board.require_in_step().cases == (code,)
    expect(board.part("title")).to_be_visible()
    board.page.go_back()
    expect(board.part("agendaTalk")).to_be_visible()


def test_the_small_picture_lists_every_value_of_the_case(board):
    board.open()
    strip = board.part("agendaTalk").locator(".strip[aria-label^='F-104,']")
    said = strip.get_attribute("aria-label")
    assert "sessions 1 to 12" in said
    assert "Youth: 35, 36, 35, 36, 35, session not held, 28, 27, 29, declined, 30, 28" in said or (
        "session not held, 28, 27, 29, declined, 30, 28" in said
    )
    assert strip.get_attribute("role") == "img"
    assert strip.locator(".signal").count() == 2


def test_a_selection_without_reasons_and_one_without_cases_say_so(board):
    board.open("?family=F-104&therapist=T04")
    expect(board.part("agendaEmpty")).to_contain_text("Nothing selected")
    expect(board.part("agendaTalk")).not_to_be_visible()
    listed = set(expected(board.open()) + expected(board, well=True))
    cases = board.served.store.query("case_list")
    quiet = cases.filter(~cases["case_id"].is_in(list(listed)))["family_id"][0]
    board.open(f"?family={quiet}")
    expect(board.part("agendaTalk")).to_contain_text("Nothing to talk about")


def test_the_rest_unfolds_and_the_order_is_said(board):
    board.open()
    more = board.part("agendaTalk").locator("details.more")
    expect(more.locator(".talk").first).not_to_be_visible()
    Keyboard(board.page).press(more.locator("summary").first)
    expect(more.locator(".talk").first).to_be_visible()
    expect(board.page.locator(".order")).to_contain_text("Nobody is ranked")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (390, 844)])
def test_the_agenda_has_no_violation_at_any_size(new_page, sample_board, size, theme):
    with new_page(*size, color_scheme=theme) as page:
        board = BoardPage(page, sample_board).open()
        if size[0] == 1920:
            page.locator("[data-action=meeting]").click()
        page.evaluate("document.querySelectorAll('main details.how').forEach(d => d.open = true)")
        expect(board.part("agendaTalk").locator(".talk").last).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture(scope="module")
def meeting_board(tmp_path_factory, alliance_home):
    """The sample service with three decisions: one overdue, one answered, one for later."""
    meetings = MeetingsFile(tmp_path_factory.mktemp("meetings") / "group.sqlite")
    for case, review, strategy in (
        ("C-104", dt.date(2026, 11, 9), "reframing"),
        ("C-102", dt.date(2026, 11, 9), None),
        ("C-105", dt.date(2099, 1, 1), None),
    ):
        kept = meetings.record(
            Entry(
                case,
                case.replace("C", "F"),
                "SUP1",
                DECIDED_ON,
                decision=f"Ask the youth of {case}. <b>",
                review_on=review,
                agreed_strategy=strategy,
                discussed_session_no=10,
            )
        )
        if case == "C-102":
            meetings.revise(kept.decision_id, kept.revision, "SUP1", {"state": "done"})
    with (
        open_source(data_folder("sample_data")) as store,
        served(store, meetings=meetings) as running,
    ):
        yield running


def test_what_was_decided_and_is_due_comes_first_with_what_happened_since(new_page, meeting_board):
    with new_page() as page:
        board = BoardPage(page, meeting_board).open()
        due = board.part("agendaDue").locator(".dec")
        expect(due).to_have_count(1)
        expect(due).to_contain_text("F-104")
        expect(due).to_contain_text("Ask the youth of C-104. <b>")
        expect(due).to_contain_text("was due 9 Nov")
        expect(due).to_contain_text("Agreed: reframing; not recorded since then.")
        expect(due).to_contain_text("Since then, from session 11 to 12: ")
        expect(due).to_contain_text("Youth 30, 28")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        due.get_by_role("button").click()
        assert board.require_in_step().cases == ("C-104",)


def test_a_filter_hides_decisions_of_other_cases(new_page, meeting_board):
    with new_page() as page:
        board = BoardPage(page, meeting_board).open("?family=F-105")
        expect(board.part("agendaTalk")).to_be_visible()
        expect(page.locator("[data-part=due]")).not_to_be_visible()


def test_a_board_without_a_meetings_file_asks_for_none(board):
    board.open()
    expect(board.page.locator("[data-part=due]")).not_to_be_visible()
