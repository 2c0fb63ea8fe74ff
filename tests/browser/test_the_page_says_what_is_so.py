"""States of the page: loading, failed, refused, lost, newer, stale. Each says what is so."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.errors import QueryError

pytestmark = pytest.mark.browser


def fail_with(error):
    def fail(*_):
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
