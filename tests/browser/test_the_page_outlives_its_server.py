"""Newer data, a broken export and a killed server under an open page."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from dashboard.exports.sample import write_sample
from dashboard.store import open_source, publish
from tests.support.browser_board import READY, BoardPage
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.served import served

pytestmark = pytest.mark.browser

AT = re.compile(r"ready at (http://127\.0\.0\.1:\d+/)")
PATIENCE = 15_000
"""Milliseconds until a page that asks every four seconds must have noticed."""


@contextmanager
def serving(source):
    """Run ``alliance serve`` on a source; yields the process and where it is."""
    command = [sys.executable, "-m", "dashboard", "serve", str(source), "--port=0", "--no-open"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if found := AT.search(line):
                    yield process, found[1]
                    break
            else:
                pytest.fail("".join(said))
        finally:
            process.kill()


def drawn(*families):
    """Draw a service of families with one case each."""
    service = DrawnService()
    for family in families:
        service.draw_family(family, {f"{family}-ann": "parent"})
        picture = f"sessions held held\n{family}-ann/srs 30 34"
        service.draw_case(f"C-{family}", picture, family_id=family, first_day=FIRST_DAY)
    return service


def test_newer_data_are_offered_and_shown_when_asked_for(new_page, tmp_path):
    folder = tmp_path / "store"
    with drawn("F1").open(folder) as store, served(store) as running, new_page() as page:
        board = BoardPage(page, running).open()
        newer, count = page.locator("[data-banner=newer]"), board.part("count")
        expect(newer).not_to_be_visible()
        publish(drawn("F1", "F2").export(), folder)
        expect(newer).to_be_visible(timeout=PATIENCE)
        expect(count).to_contain_text("1 family")
        page.locator("a[data-reload]").click()
        expect(count).to_contain_text("2 families")
        expect(newer).not_to_be_visible()


def test_a_broken_export_leaves_the_last_good_data_and_says_why(new_page, tmp_path):
    export = tmp_path / "export"
    write_sample(export, families=4)
    open_source(export).close()
    (export / "sessions.csv").unlink()
    with (
        open_source(export, on_refusal="serve_last") as store,
        served(store, stale_reason=store.stale_reason) as running,
        new_page() as page,
    ):
        BoardPage(page, running).open()
        stale = page.locator(".banner", has_text="The newest export could not be used")
        expect(stale).to_contain_text("the last good data are shown")
        expect(stale).to_contain_text("sessions")
        expect(stale).not_to_contain_text(str(tmp_path))
        expect(page.locator("[data-outlet=count]")).to_contain_text("4 families")


def test_a_killed_server_leaves_a_readable_page_whose_filters_work(page, tmp_path):
    export = tmp_path / "export"
    write_sample(export, families=4)
    with serving(export) as (process, url):
        page.goto(url)
        page.wait_for_selector(READY)
        lost = page.locator("[data-banner=lost]")
        expect(lost).not_to_be_visible()
        process.send_signal(signal.SIGKILL)
        process.wait()
        expect(lost).to_be_visible(timeout=PATIENCE)
        page.locator(".filters summary", has_text="Family").click()
        page.get_by_label("F-104", exact=True).check()
        expect(page.locator("[data-outlet=count]")).to_contain_text("1 family")
        page.keyboard.press("Escape")
        page.locator("nav [data-nav=families]").click()
        page.locator("[data-outlet=weekLabels] [data-case=C-104]").click()
        expect(page.locator("[data-outlet=title]")).to_contain_text("F-104")
        page.locator("[data-picture=hero]").focus()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[data-outlet=details] h2")).to_be_visible()
