"""A change is told in two steps: with the picture, and around it once the picture is painted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

CHANGE = """session => {
    const engine = allianceBoards[0], say = name => document.querySelector(
        `[data-outlet=${name}]`).textContent;
    const shown = () => ({count: say("count"), weeks: say("weekLabels"), table: say("weekTwin")});
    engine.finish();
    const before = shown();
    engine.widgets.write({...engine.selection, therapists: session, cases: []});
    engine.apply();
    return [before, shown()];
}"""
TWO_AT_ONCE = """() => {
    const engine = allianceBoards[0], long = history.length;
    for (const therapists of [["T01"], ["T02"], ["T03"]]) {
        engine.widgets.write({...engine.selection, therapists});
        engine.apply();
    }
    engine.finish();
    return history.length - long;
}"""
NO_FRAMES = "() => { globalThis.requestAnimationFrame = () => 0; }"


@pytest.fixture
def families(sample_page):
    sample_page.go("?screen=families")
    expect(sample_page.part("weekTwin").locator("table")).to_have_count(1)
    return sample_page


def test_count_and_names_come_with_the_picture_and_the_table_after_it(families):
    before, at_once = families.page.evaluate(CHANGE, ["T02"])

    assert at_once["count"] != before["count"]
    assert at_once["weeks"] != before["weeks"]
    assert at_once["table"] == before["table"], "not before the picture"
    shown = families.engine("engine.list.map(n => engine.block.cases[n].family)")
    expect(families.part("weekTwin").locator("tbody tr")).to_have_count(len(shown))
    families.require_in_step()


def test_what_was_not_said_yet_gives_way_to_the_next_change(families):
    assert families.page.evaluate(TWO_AT_ONCE) == 1, "one step back, for one picture seen"
    assert "therapist=T03" in families.query


def test_a_page_that_gets_no_frames_says_everything_nevertheless(new_page, sample_board):
    with new_page() as page:
        page.goto(sample_board.url + "?screen=families")
        page.wait_for_selector("#board[data-state=ready]")
        page.evaluate(NO_FRAMES)
        page.evaluate(CHANGE, ["T02"])
        expect(page).to_have_url(re.compile("therapist=T02"))
