"""A server of its own process: killed, given newer data, started on a broken export."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import polars as pl
import pytest
from playwright.sync_api import expect

from dashboard.exports.sample import write_sample
from dashboard.store import open_source

pytestmark = pytest.mark.browser

READY = "#board[data-state=ready]"
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


@pytest.fixture
def export(tmp_path):
    """A small service's export."""
    folder = tmp_path / "export"
    write_sample(folder, families=4)
    return folder


def drop_last_family(export):
    """Rewrite the export without its last family, as a new export would be."""
    (export / "manifest.json").unlink()
    kept = pl.read_csv(export / "cases.csv", infer_schema=False)["case_id"][0]
    cases = pl.read_csv(export / "cases.csv", infer_schema=False)
    sessions = pl.read_csv(export / "sessions.csv", infer_schema=False)
    gone = sessions.filter(pl.col("case_id") != kept)["session_id"]
    cases.filter(pl.col("case_id") == kept).write_csv(export / "cases.csv")
    for table in ("case_therapists", "sessions", "threats"):
        rows = pl.read_csv(export / f"{table}.csv", infer_schema=False)
        rows.filter(pl.col("case_id") == kept).write_csv(export / f"{table}.csv")
    for table in ("attendance", "forms", "strategies"):
        rows = pl.read_csv(export / f"{table}.csv", infer_schema=False)
        rows.filter(~pl.col("session_id").is_in(gone)).write_csv(export / f"{table}.csv")
    forms = pl.read_csv(export / "forms.csv", infer_schema=False)["form_id"]
    for table in ("ratings", "item_scores"):
        rows = pl.read_csv(export / f"{table}.csv", infer_schema=False)
        rows.filter(pl.col("form_id").is_in(forms)).write_csv(export / f"{table}.csv")


def open_page(page, url):
    page.goto(url)
    page.wait_for_selector(READY)


def test_newer_data_are_offered_and_shown_when_asked_for(page, export):
    with serving(export) as (_, url):
        open_page(page, url)
        newer = page.locator("[data-banner=newer]")
        expect(newer).not_to_be_visible()
        count = page.locator("[data-outlet=count]")
        before = count.inner_text()
        drop_last_family(export)
        open_source(export).close()
        expect(newer).to_be_visible(timeout=PATIENCE)
        expect(count).to_have_text(before)
        page.locator("a[data-reload]").click()
        page.wait_for_selector(READY)
        expect(count).to_contain_text("1 family")
        expect(newer).not_to_be_visible()


def test_a_killed_server_leaves_a_readable_page_whose_filters_work(page, export):
    with serving(export) as (process, url):
        open_page(page, url)
        lost = page.locator("[data-banner=lost]")
        expect(lost).not_to_be_visible()
        process.send_signal(signal.SIGKILL)
        process.wait()
        expect(lost).to_be_visible(timeout=PATIENCE)
        page.locator(".filters summary", has_text="Family").click()
        page.get_by_label("F-104", exact=True).check()
        expect(page.locator("[data-outlet=count]")).to_contain_text("1 family")
        page.keyboard.press("Escape")
        page.locator("[data-outlet=weekLabels] [data-case=C-104]").click()
        expect(page.locator("[data-outlet=title]")).to_contain_text("F-104")
        page.locator("[data-picture=hero]").focus()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("[data-outlet=details] h2")).to_be_visible()


def test_a_broken_export_leaves_the_last_good_data_and_says_why(page, export):
    open_source(export).close()
    (export / "sessions.csv").unlink()
    with serving(export) as (_, url):
        open_page(page, url)
        stale = page.locator(".banner", has_text="The newest export could not be used")
        expect(stale).to_contain_text("the last good data are shown")
        expect(stale).to_contain_text("sessions")
        expect(stale).not_to_contain_text(str(export.parent))
        expect(page.locator("[data-outlet=count]")).to_contain_text("4 families")
