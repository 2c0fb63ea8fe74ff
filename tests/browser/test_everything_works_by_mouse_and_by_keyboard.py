"""Everything a supervisor does on the page, by mouse and again by keyboard alone.

After each step the count line is what ``selection_summary`` says in this process, the address
holds codes only, and the Python side of the session has followed.
"""

from __future__ import annotations

import polars as pl
import pytest
from playwright.sync_api import expect

from tests.support.browser_board import BoardPage, Keyboard, Mouse

pytestmark = pytest.mark.browser

WHOLE = "?screen=families&instrument=srs&scale=total"
HERO = "?case=C-104&instrument=srs&scale=total"
BOXES = [
    ("Group", "Monday", "groups", "Monday"),
    ("Therapist", "T03", "therapists", "T03"),
    ("Family", "F-104", "families", "F-104"),
    ("Threat", "Lack of trust", "threats", "lack_of_trust"),
]


@pytest.fixture(scope="module", params=[Mouse, Keyboard], ids=lambda hands: hands.name)
def person(request, new_page, sample_board):
    """A board and the hands of the person before it."""
    with new_page() as page:
        yield BoardPage(page, sample_board).open(), request.param(page)


def filter_of(board, title):
    return board.page.locator(".filters summary", has_text=title)


def arrive(board, query):
    if "case=" in query:
        board.go(WHOLE)
    board.go(query)
    board.require_in_step()


@pytest.mark.parametrize(("title", "word", "name", "code"), BOXES)
def test_a_filter_narrows_what_is_counted(person, title, word, name, code):
    board, hands = person
    arrive(board, WHOLE)
    heading = filter_of(board, title)
    hands.press(heading)
    hands.tick(board.page.get_by_label(word, exact=True))
    selection = board.require_in_step()
    assert getattr(selection, name) == (code,)
    hands.close(heading)
    expect(board.part("chips").locator("button")).to_have_text(f"{title} {word}, remove×")


def test_two_therapists_and_a_threat_narrow_together(person):
    board, hands = person
    arrive(board, WHOLE)
    hands.press(filter_of(board, "Therapist"))
    hands.tick(board.page.get_by_label("T03", exact=True))
    hands.tick(board.page.get_by_label("T05", exact=True))
    hands.close(filter_of(board, "Therapist"))
    hands.press(filter_of(board, "Threat"))
    hands.tick(board.page.get_by_label("Misalignment of goals"))
    hands.close(filter_of(board, "Threat"))
    selection = board.require_in_step()
    assert selection.therapists == ("T03", "T05")
    assert selection.threats == ("goal_misalignment",)


def test_first_and_last_day_narrow_what_is_counted(person):
    board, hands = person
    arrive(board, WHOLE)
    hands.press(filter_of(board, "Dates"))
    hands.write_day(board.widget("from").locator("input"), "2026-07-01")
    board.require_in_step()
    hands.write_day(board.widget("to").locator("input"), "2026-09-30")
    expect(board.part("chips").locator("button")).to_have_count(2)
    selection = board.require_in_step()
    hands.close(filter_of(board, "Dates"))
    assert (str(selection.date_from), str(selection.date_to)) == ("2026-07-01", "2026-09-30")


def test_the_list_of_cases_opens_one_and_goes_back_to_all(person):
    board, hands = person
    arrive(board, WHOLE)
    cases = board.widget("case").locator("select")
    hands.choose(cases, "F-104")
    assert board.require_in_step().cases == ("C-104",)
    expect(board.part("title")).to_contain_text("F-104")
    hands.choose(cases, "All families")
    assert board.require_in_step().cases == ()
    expect(board.part("title")).not_to_be_visible()


def test_another_instrument_and_scale_are_shown(person):
    board, hands = person
    arrive(board, HERO.replace("C-104", "C-118"))
    hands.choose(board.widget("instrument").locator("select"), "WAI-SR")
    assert board.require_in_step().instrument == "wai_sr"
    hands.press(board.widget("scale").get_by_text("bond", exact=True))
    assert board.require_in_step().scale == "bond"
    expect(board.part("twin").locator("caption")).to_contain_text("bond")


def test_columns_follow_sessions_or_dates(person):
    board, hands = person
    arrive(board, HERO)
    even = board.engine("engine.picture.layers.hit.left.slice(0, 12)")
    hands.press(board.widget("axis").get_by_text("by date"))
    assert str(board.require_in_step().axis) == "date"
    assert board.engine("engine.picture.layers.hit.left.slice(0, 12)") != even
    hands.press(board.widget("axis").get_by_text("by session"))
    board.require_in_step()
    assert board.engine("engine.picture.layers.hit.left.slice(0, 12)") == even


def test_the_overview_leads_into_a_case_and_back(person):
    board, hands = person
    arrive(board, WHOLE)
    hands.press(board.part("weekLabels").locator("[data-case=C-105]"))
    assert board.require_in_step().cases == ("C-105",)
    expect(board.part("title")).to_contain_text("F-105")
    hands.press(board.page.locator("[data-action=back]"))
    assert board.require_in_step().cases == ()


def test_the_table_of_the_overview_leads_into_a_case(person):
    board, hands = person
    arrive(board, WHOLE)
    table = board.page.locator("[data-screen=families] summary", has_text="Show as a table")
    hands.press(table)
    hands.press(board.part("weekTwin").locator("[data-case=C-106]"))
    assert board.require_in_step().cases == ("C-106",)
    board.go(WHOLE)
    hands.press(table)


def test_the_picture_tells_the_details_of_a_cell(person):
    board, hands = person
    arrive(board, HERO)
    details = board.part("details")
    expect(details).to_contain_text("Choose a cell")
    if hands.name == "mouse":
        box = board.cell_box(2, 8)
        board.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    else:
        hands.reach(board.page.locator("[data-picture=hero]"))
        for key in ["ArrowLeft", *["ArrowDown"] * 2, *["ArrowLeft"] * 4]:
            board.page.keyboard.press(key)
    expect(details.locator("h2")).to_have_text("Youth, session 8, 14 Sep")
    expect(details.locator(".big")).to_contain_text("27")


def test_the_table_tells_the_details_of_a_cell(person):
    board, hands = person
    arrive(board, HERO)
    opened = board.page.locator("[data-screen=case] summary", has_text="Show as a table")
    hands.press(opened)
    cell = board.part("twin").locator('[data-cell="2,7"]')
    if hands.name == "mouse":
        cell.click()
    else:
        hands.reach(board.part("twin").locator('[data-cell="0,0"]'))
        for key in ["ArrowRight", *["ArrowDown"] * 2, *["ArrowLeft"] * 4]:
            board.page.keyboard.press(key)
    expect(cell).to_have_attribute("aria-current", "true")
    expect(board.part("details").locator("h2")).to_have_text("Youth, session 8, 14 Sep")
    hands.press(opened)


def test_a_chip_removes_its_filter_and_hands_the_focus_on(person):
    board, hands = person
    arrive(board, f"{WHOLE}&therapist=T01,T03&threat=lack_of_trust")
    chips = board.part("chips").locator("button")
    expect(chips).to_have_count(3)
    hands.press(chips.filter(has_text="T01"))
    assert board.require_in_step().therapists == ("T03",)
    expect(chips.first).to_be_focused()
    hands.press(chips.first)
    hands.press(chips.first)
    assert board.require_in_step().threats == ()
    expect(board.page.locator("[data-action=reset]")).to_be_focused()


def test_reset_removes_every_filter_and_keeps_the_case(person):
    board, hands = person
    arrive(board, f"{HERO}&therapist=T03&threat=lack_of_trust")
    hands.press(board.page.locator("[data-action=reset]"))
    selection = board.require_in_step()
    assert (selection.therapists, selection.threats) == ((), ())
    assert selection.cases == ("C-104",)


def test_families_and_weeks_are_turned_like_pages(person):
    board, hands = person
    arrive(board, WHOLE)
    names, paging = board.part("weekLabels").locator("a"), board.part("paging")
    expect(names.first).to_have_text("F-101")
    hands.press(paging.get_by_text("Next families"))
    expect(names.first).to_have_text("F-140")
    hands.press(paging.get_by_text("Previous families"))
    expect(names.first).to_have_text("F-101")
    weeks = board.engine("engine.picture.start")
    hands.press(paging.get_by_text("Earlier weeks"))
    assert board.engine("engine.picture.last") == weeks - 1
    hands.press(paging.get_by_text("Later weeks"))
    assert board.engine("engine.picture.start") == weeks
    board.require_in_step()


def test_a_file_holds_the_shown_case(person):
    board, hands = person
    arrive(board, HERO)
    selection = board.selection
    with board.page.expect_download() as download:
        hands.press(board.page.locator('[data-screen=case] a[data-download$="csv"]'))
    rows = pl.read_csv(download.value.path(), infer_schema=False)
    expected = board.served.store.query_selection("alliance_cells", selection.changed(scale=""))
    assert rows.height == expected.height
    assert rows["case_id"].unique().to_list() == ["C-104"]
    shown = rows.filter((pl.col("session_no") == "8") & (pl.col("scale") == "total"))
    assert "27.0" in shown["score"].to_list()


def test_a_case_without_the_chosen_instrument_shows_its_own(person):
    board, hands = person
    arrive(board, WHOLE)
    hands.press(board.part("weekLabels").locator("[data-case=C-117]"))
    expect(board.part("facts")).to_contain_text("17")
    assert board.require_in_step().instrument == "wai_sr"


def test_the_picture_of_weeks_leads_into_a_case_by_mouse(sample_page):
    arrive(sample_page, WHOLE)
    hit = sample_page.engine(
        "({left: engine.picture.layers.hit.left[0], top: engine.picture.layers.hit.top[0],"
        " code: engine.picture.rows[0].code, head: engine.block.geometry.weekHead})"
    )
    figure = sample_page.page.locator("[data-picture=overview] canvas").first.bounding_box()
    sample_page.page.mouse.click(
        figure["x"] + hit["left"] + 5, figure["y"] + hit["head"] + hit["top"] + 5
    )
    assert sample_page.require_in_step().cases == (hit["code"],)


def test_typing_a_day_is_one_change_to_undo(sample_page):
    arrive(sample_page, WHOLE)
    hands = Keyboard(sample_page.page)
    before = sample_page.page.evaluate("history.length")
    hands.press(filter_of(sample_page, "Dates"))
    hands.write_day(sample_page.widget("from").locator("input"), "2026-07-01")
    assert str(sample_page.require_in_step().date_from) == "2026-07-01"
    hands.close(filter_of(sample_page, "Dates"))
    assert sample_page.page.evaluate("history.length") == before + 1
