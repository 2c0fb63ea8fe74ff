"""The key of either picture: the frozen limits of the scale that is drawn, in its colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def limits(board, instrument_id, scale):
    """Return the limits that the key should print, from the query."""
    steps = board.served.store.query("display_steps")
    of_scale = steps.filter(instrument_id=instrument_id, scale=scale).sort("step")
    uppers = of_scale["upper_bound"].to_list()[:5]
    return [f"{limit:g}" for limit in (*uppers, of_scale["scale_maximum"][0])]


@pytest.mark.parametrize("scale", ["total", "bond"])
def test_the_key_of_a_case_is_that_of_the_chosen_scale(sample_page, scale):
    sample_page.go(f"?case=C-104&instrument=srs&scale={scale}")

    expect(sample_page.part("key").locator("em")).to_have_text(limits(sample_page, "srs", scale))
    expect(sample_page.part("keyWords")).to_contain_text("fainter = lower on this instrument")


@pytest.mark.parametrize("scale", ["total", "bond"])
def test_the_key_of_the_weeks_is_that_of_the_scale_they_show_whatever_is_chosen(sample_page, scale):
    sample_page.go(f"?screen=families&instrument=srs&scale={scale}")

    drawn = limits(sample_page, "srs", "total")
    expect(sample_page.part("weekKey").locator("em")).to_have_text(drawn)
    first = sample_page.part("weekKey").locator(".step i").first
    assert first.evaluate("step => getComputedStyle(step).backgroundColor") == "rgb(243, 229, 204)"


def test_a_scale_around_zero_has_its_own_words_and_seven_steps(sample_page):
    sample_page.go("?screen=families&instrument=softa_o")

    edges = sample_page.part("weekKey").locator("em")
    expect(edges).to_have_text(["−3", "−2", "−1", "0", "+1", "+2", "+3"])
    expect(sample_page.part("weekKeyWords")).to_contain_text("0 is neutral")
