"""What a group does on the page of a case: look, step on, decide; by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.domain.places import data_folder
from dashboard.meetings import MeetingsFile
from dashboard.store import open_source
from tests.support.browser_board import BoardPage, Keyboard, Mouse, until
from tests.support.served import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def meetings(tmp_path_factory):
    return MeetingsFile(tmp_path_factory.mktemp("meetings") / "meetings.sqlite")


@pytest.fixture(scope="module")
def board(alliance_home, meetings):
    source = data_folder("sample_data")
    with open_source(source) as store, served(store, meetings=meetings) as running:
        yield running


@pytest.fixture
def case(new_page, board):
    with new_page() as page:
        yield BoardPage(page, board).open("?case=C-104")


def forget_the_failed_answer(page, words):
    """Take the browser's own line about an answer the test made fail out of what was said."""
    said = page.faults.said
    assert [line for line in said if words not in line] == []
    said.clear()


def test_the_head_says_the_case_in_a_sentence_and_every_part_stands_under_the_picture(case):
    expect(case.part("lead")).to_contain_text("Possible rupture since session 7")
    assert case.part("own").locator("svg.own").count() == 5
    assert case.part("own").locator("table").count() == 5
    assert case.part("cards").locator(".card").count() == 4
    assert case.part("linkPrompts").locator(".steps li").count() == 3
    expect(case.part("triedTable")).to_contain_text("31 → 33, 34, 35, 35")


def test_a_chosen_cell_can_be_asked_how_it_was_computed_down_to_the_query(case):
    case.engine("engine.pick([2, 11])")
    details = case.part("details")
    expect(details).to_contain_text("Possible rupture")

    details.get_by_text("How was this computed?").click()
    expect(details).to_contain_text("notable from, in SD: 1.5")
    details.get_by_text("The query itself").first.click()
    expect(details.locator("pre").first).to_contain_text("registry_rules")


def test_arrow_keys_go_to_the_next_case_and_back_but_not_while_somebody_types(case):
    page = case.page
    page.evaluate("document.activeElement.blur()")  # as on a page that has just been opened
    page.keyboard.press("ArrowRight")
    until(lambda: "case=C-105" in page.url, page, "the next case")
    page.keyboard.press("ArrowLeft")
    until(lambda: "case=C-104" in page.url, page, "the case before")

    page.get_by_label("The supervisee’s question").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert "case=C-104" in page.url


def test_a_decision_is_kept_by_keyboard_alone_and_comes_back_with_what_happened_since(
    case, meetings
):
    page = case.page
    page.get_by_label("The supervisee’s question").focus()
    page.keyboard.type("How do we make room for the youth?")
    page.keyboard.press("Tab")
    page.keyboard.type("Ask the youth first.")
    for text in ("c", "", "", "", "", "SUP1"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.get_by_label("Your code").fill("SUP1")
    page.keyboard.press("Enter")

    expect(page.locator("[data-said=decide]")).to_have_text("Kept.")
    kept = meetings.decisions({"C-104"}).row(0, named=True)
    assert kept["decision"] == "Ask the youth first."
    assert kept["declared_by"] == "SUP1"
    said = case.part("kept")
    expect(said).to_contain_text("SUP1, declared, not verified")
    expect(said).to_contain_text("No session held since.")
    expect(page.get_by_label("What the group decided")).to_have_value("")


@pytest.mark.parametrize(
    ("hands", "most_clicks"), [(Mouse, 2), (Keyboard, 0)], ids=["mouse", "keyboard"]
)
def test_from_the_agenda_a_decision_is_two_presses_away(
    new_page, board, meetings, hands, most_clicks
):
    with new_page() as page:
        page.add_init_script(
            "globalThis.clicks = 0; addEventListener('pointerdown', () => { clicks += 1; }, true);"
        )
        agenda, keys = BoardPage(page, board).open(), Keyboard(page)
        first = agenda.part("agendaTalk").locator(".code").first
        code = first.get_attribute("data-case")
        hands(page).press(first)
        expect(page.get_by_label("What the group decided")).to_be_visible()
        keys.reach(page.get_by_label("What the group decided"))
        page.keyboard.type("Ask everyone once more.")
        keys.reach(page.get_by_label("Your code"))
        page.keyboard.type(f"SUP{most_clicks}")
        hands(page).press(page.get_by_role("button", name="Keep decision"))

        expect(page.locator("[data-said=decide]")).to_have_text("Kept.")
        kept = meetings.decisions({code})
        assert f"SUP{most_clicks}" in kept["declared_by"].to_list()
        assert page.evaluate("clicks") == most_clicks


def test_in_meeting_mode_picture_key_and_chosen_cell_fit_a_projector(new_page, board):
    with new_page(1920, 1080) as page:
        case = BoardPage(page, board).open("?case=C-104")
        page.locator("[data-action=meeting]").click()
        case.engine("engine.pick([2, 11])")
        expect(case.part("details")).to_contain_text("Possible rupture")
        page.evaluate("scrollTo(0, 0)")
        for part in ("[data-picture=hero]", "[data-screen=case] .key", "[data-outlet=details]"):
            box = page.locator(part).bounding_box()
            assert box["y"] + box["height"] <= 1080, part


def test_what_was_typed_stays_when_the_board_cannot_be_reached_and_after_another_case(case):
    page = case.page
    page.get_by_label("What the group decided").fill("Wait with the goals.")
    page.get_by_label("Your code").fill("SUP2")
    page.route("**/decisions", lambda route: route.abort())
    page.get_by_role("button", name="Keep decision").click()

    expect(page.locator("[data-said=decide]")).to_contain_text("cannot be reached")
    page.unroute("**/decisions")
    page.get_by_role("button", name="Next case").click()
    expect(page.get_by_label("What the group decided")).to_have_value("")
    page.get_by_role("button", name="Previous case").click()
    expect(page.get_by_label("What the group decided")).to_have_value("Wait with the goals.")
    forget_the_failed_answer(page, "net::ERR_FAILED")


def test_a_decision_whose_answer_was_lost_is_tried_again_and_kept_once(case, meetings):
    page, before = case.page, meetings.decision_count()
    case.go("?case=C-105")
    expect(case.part("title")).to_have_text(re.compile("F-105"))

    def loses_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.get_by_label("What the group decided").fill("Ask everybody once.")
    page.get_by_label("Your code").fill("SUP1")
    page.route("**/decisions", loses_the_answer)
    page.get_by_role("button", name="Keep decision").click()
    expect(page.locator("[data-said=decide]")).to_contain_text("cannot be reached")
    page.unroute("**/decisions")
    forget_the_failed_answer(page, "net::ERR_FAILED")
    page.get_by_role("button", name="Keep decision").click()
    expect(page.locator("[data-said=decide]")).to_have_text("Kept.")

    assert meetings.decision_count() == before + 1


def test_two_people_who_change_one_decision_see_it_as_it_stands_and_lose_no_word(case, meetings):
    page = case.page
    row = meetings.decisions({"C-104"}).row(0, named=True)
    meetings.revise(row["decision_id"], row["revision"], "SUP9", {"outcome": "Asked."})
    page.get_by_label("Your code").fill("SUP2")
    page.get_by_label("What became of it:").fill("We asked twice.")
    page.get_by_role("button", name="Done").click()

    expect(page.locator("[data-said=decide]")).to_contain_text("Somebody changed this decision")
    expect(case.part("kept")).to_contain_text("Asked.")
    expect(page.get_by_label("What became of it:")).to_have_value("We asked twice.")
    forget_the_failed_answer(page, "409")
