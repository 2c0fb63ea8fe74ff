"""Exports arrive in a watched folder while a page is open: offered, refused, or not whole yet."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from playwright.sync_api import expect

from dashboard.exports.manifest import ExportFacts
from dashboard.exports.writing import write_native
from dashboard.shells.importing_apart import ImportOrder, import_here
from dashboard.shells.watching import Watch
from dashboard.store import open_source
from tests.support.browser_board import READY, BoardPage
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.served import served

pytestmark = pytest.mark.browser

PATIENCE = 30_000
"""Milliseconds until a page that asks every four seconds must have noticed."""


def deliver(folder, day, *families):
    """Lay an export of some families into a folder, in place of what lies there."""
    service = DrawnService(facts=ExportFacts(exported_at=dt.datetime(2026, 11, day, tzinfo=dt.UTC)))
    for family in families:
        service.draw_family(family, {f"{family}-ann": "parent"})
        picture = f"sessions held held\n{family}-ann/srs 30 34"
        service.draw_case(f"C-{family}", picture, family_id=family, first_day=FIRST_DAY)
    for file in folder.glob("*"):
        file.unlink()
    write_native(service.export().tables, folder, service.facts)


def test_new_data_are_offered_with_their_day_and_the_selection_is_kept(new_page, tmp_path):
    inbox = tmp_path / "inbox"
    deliver(inbox, 22, "F1")
    watch = Watch(inbox, functools.partial(import_here, ImportOrder(inbox)))
    with open_source(inbox) as store, served(store, watch=watch) as running, new_page() as page:
        board = BoardPage(page, running).open("?family=F1&scale=bond&screen=families")
        banner = {name: page.locator(f"[data-banner={name}]") for name in ("newer", "stale")}
        deliver(inbox, 23, "F1", "F2")
        (inbox / "forms.csv").write_bytes((inbox / "forms.csv").read_bytes()[:-3])
        watch.look()
        watch.look()
        pending = page.locator("[data-banner=pending]")
        expect(pending).to_contain_text(
            "not loaded before it is whole. forms.csv", timeout=PATIENCE
        )
        expect(banner["newer"]).not_to_be_visible()

        deliver(inbox, 24, "F1", "F2")
        watch.look()
        watch.look()
        expect(banner["newer"]).to_contain_text("New data of 24 Nov 2026 are here. Show them")
        expect(pending).to_have_text("")
        before = board.query
        with page.expect_navigation():
            banner["newer"].get_by_role("link").click()
        page.wait_for_selector(READY)
        expect(banner["newer"]).not_to_be_visible()
        board.board = running.boards[-1]
        assert board.board.loaded.generation == 2
        assert (board.query, "scale=bond" in before) == (before, True)
        assert board.require_in_step().families == ("F1",)
        expect(page.locator("[data-screen=families]")).to_be_visible()

        (inbox / "sessions.csv").unlink()
        (inbox / "manifest.json").unlink()
        watch.look()
        watch.look()
        expect(banner["stale"]).to_contain_text("the last good data are shown", timeout=PATIENCE)
        expect(banner["stale"]).to_contain_text("missing: sessions")
        expect(banner["stale"]).not_to_contain_text(str(tmp_path))
        assert board.require_in_step().families == ("F1",)


BANNERS = ("newer", "pending", "stale", "lost")


def in_banners(page, *names):
    """Wait until exactly these banners are shown."""
    for name in BANNERS:
        banner = page.locator(f"[data-banner={name}]")
        (expect(banner).to_be_visible if name in names else expect(banner).to_be_hidden)(
            timeout=PATIENCE
        )


def test_show_them_keeps_theme_meeting_mode_and_the_chosen_cell(new_page, tmp_path):
    inbox = tmp_path / "inbox"
    deliver(inbox, 22, "F1")
    watch = Watch(inbox, functools.partial(import_here, ImportOrder(inbox)))
    with open_source(inbox) as store, served(store, watch=watch) as running, new_page() as page:
        board = BoardPage(page, running).open("?case=C-F1")
        page.locator("[data-action=theme]").click()
        page.locator("[data-action=meeting]").click()
        board.engine("engine.pick([0, engine.picture.columns[0].col])")
        expect(board.part("details")).to_contain_text("30")
        chosen = board.part("details").inner_text()
        deliver(inbox, 24, "F0", "F1")
        watch.look()
        watch.look()
        in_banners(page, "newer")
        page.locator("[data-reload]").click()
        in_banners(page)
        expect(board.part("details")).to_have_text(chosen, use_inner_text=True)
        worn = page.evaluate("({...document.documentElement.dataset})")
        assert (worn["theme"], worn["mode"]) == ("dark", "meeting")
        expect(page.locator("[data-action=theme]")).to_have_attribute("aria-pressed", "true")
        page.reload()
        page.wait_for_selector("#board[data-state=ready]")
        assert page.evaluate("document.documentElement.dataset.mode") is None
