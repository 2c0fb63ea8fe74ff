"""The offline file, opened from a disk: it filters without a server, and asks for nothing."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level
from dashboard.domain.places import data_folder
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError
from dashboard.exports.sample import write_sample
from dashboard.panels import snapshot as snapshots
from dashboard.panels.chromium import require_no_request
from dashboard.panels.release import LOCK
from dashboard.panels.snapshot import SnapshotRequest, write_snapshot
from dashboard.store import open_source
from dashboard.views.language import language
from tests.support.browser_board import Keyboard
from tests.support.canaries import plant_canaries

pytestmark = pytest.mark.browser

READY = "[data-board][data-state=ready]"
CODES = Codes(bytes(range(KEY_BYTES)))
THEMES = ("light", "dark")


def write(store, file, level="B", **chosen):
    """Write a snapshot that was not opened before: these tests open it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "chromium", lambda: None)
        request = SnapshotRequest(selection=Selection(**chosen), level=Level(level))
        write_snapshot(store, file, language("en"), request, codes=CODES)
    return file


@pytest.fixture(scope="module")
def sample(alliance_home):
    with open_source(data_folder("sample_data")) as store:
        yield store


@pytest.fixture(scope="module")
def file(sample, tmp_path_factory):
    """The sample service at level B."""
    return write(sample, tmp_path_factory.mktemp("snapshot") / "monday.html")


@pytest.fixture(scope="module")
def opened(new_page):
    """Open a file from the disk; the page fails on any error, and keeps what was asked for."""

    @contextmanager
    def at(file, address="", **settings):
        with new_page(**settings) as page:
            page.asked = []
            page.on("request", lambda request: page.asked.append(request.url))
            page.goto(file.as_uri() + address)
            page.wait_for_selector(READY)
            yield page

    return at


@pytest.fixture(scope="module")
def monday(opened, file):
    """The sample's file, open."""
    with opened(file) as page:
        yield page


def visit(page, screen):
    page.locator(f"nav [data-nav={screen}]").click()
    expect(page.locator(f"nav [data-nav={screen}]")).to_have_attribute("aria-current", "page")


def reset(page):
    visit(page, "families")
    page.locator("[data-action=reset]").click()


def test_it_asks_for_nothing_but_itself(monday, file):
    for screen in ("families", "case", "data", "agenda"):
        visit(monday, screen)
    assert monday.asked == [file.as_uri()]


def test_a_filter_redraws_picture_table_and_count_without_a_server(monday):
    reset(monday)
    count = monday.locator("[data-outlet=count]")
    before = count.inner_text()
    assert before.startswith("1742 forms · 60 families")
    monday.locator(".filters summary", has_text="Therapist").click()
    box = monday.locator("[data-still=therapists] input").first
    box.check()
    expect(count).not_to_have_text(before)
    families = int(re.search(r"(\d+) famil", count.inner_text())[1])
    rows = monday.locator("[data-outlet=weekTwin] tbody tr")
    assert rows.count() == families
    drawn = monday.evaluate("allianceBoards[0].picture.rows.length")
    assert drawn == families
    expect(monday.locator("[data-outlet=chips] .chip")).to_have_count(1)
    monday.locator("[data-outlet=chips] .chip").click()
    expect(box).not_to_be_checked()
    expect(count).to_have_text(before)


def test_a_case_is_chosen_and_read_by_keyboard_alone(monday):
    reset(monday)
    hands = Keyboard(monday)
    hands.press(monday.locator("[data-outlet=weekLabels] a").nth(1))
    expect(monday.locator("[data-outlet=title]")).not_to_be_empty()
    hands.reach(monday.locator("[data-picture=hero]"))
    monday.keyboard.press("ArrowLeft")
    expect(monday.locator("[data-outlet=details] h2")).to_be_visible()
    scales = monday.locator("[data-still=scale] input:visible")
    before = monday.evaluate("allianceBoards[0].view.scale")
    scales.first.focus()
    monday.keyboard.press("ArrowRight")
    assert monday.evaluate("allianceBoards[0].view.scale") != before
    monday.keyboard.press("ArrowLeft")
    assert monday.evaluate("allianceBoards[0].view.scale") == before


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("screen", ["agenda", "families", "case", "data"])
def test_no_screen_of_the_file_has_a_violation(monday, screen, theme):
    visit(monday, screen)
    monday.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    found = Axe().run(monday)
    monday.evaluate("delete document.documentElement.dataset.theme")
    assert found.violations_count == 0, found.generate_report()


def test_it_fits_a_phone_and_a_filter_that_is_open_has_no_violation(opened, file):
    with opened(file, width=390, height=844) as page:
        visit(page, "families")
        page.locator(".filters summary", has_text="Family").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_on_paper_each_chosen_case_is_one_sheet_and_nothing_is_cut(opened, file):
    with opened(file, "#print", width=1032, height=700) as page:
        page.emulate_media(media="print")
        sheets = page.locator(".sheet")
        assert sheets.count() == 61
        assert page.evaluate("allianceBoards[0].list.length") == 61
        expect(page.locator("header.bar")).not_to_be_visible()
        cut = page.evaluate("""() => [...document.querySelectorAll(".sheet td, .sheet th")].filter(
            cell => cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0).length""")
        assert cut == 0
        tallest = page.evaluate("Math.max(...[...document.querySelectorAll('.sheet')]"
                                ".map(sheet => sheet.offsetHeight))")  # fmt: skip
        assert tallest <= 188 * 96 / 25.4
        head = sheets.first.locator("header").inner_text()
        for part in ("Snapshot, level B", "Data of 22 Nov 2026", "rules 1.0", "61 cases"):
            assert part in head
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_paper_says_which_filters_are_set_and_holds_their_cases_only(opened, file):
    with opened(file) as page:
        visit(page, "families")
        page.locator(".filters summary", has_text="Threat").click()
        page.locator("[data-still=threats] input").first.check()
        chosen = page.evaluate("allianceBoards[0].list.length")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        sheets = page.locator(".sheet")
        assert 0 < chosen == sheets.count() < 61
        assert "Threat Lack of trust" in sheets.first.locator("header").text_content()
        assert sheets.first.locator("li").count() > 0


def test_a_printed_file_has_one_page_for_each_case(sample, chromium, tmp_path):
    case = sample.query("case_list").sort("case_id").head(3)
    file = tmp_path / "three.html"
    request = SnapshotRequest(selection=Selection(families=tuple(case["family_id"])), pdf=True)
    done = write_snapshot(sample, file, language("en"), request, codes=CODES)
    assert done.was_opened
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", done.pdf.read_bytes())
    assert len(pages) == done.case_count == 3
    assert done.pdf.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != LOCK) == [
        "three.html",
        "three.pdf",
    ]


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_no_text_of_an_export_runs_in_a_file(opened, planted, tmp_path, level):
    file = write(planted, tmp_path / "hostile.html", level)
    with opened(file) as page:
        if level != "C":
            for screen in ("families", "case", "data", "agenda"):
                visit(page, screen)
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("globalThis.ran") is None
        assert "uilla" not in page.evaluate("document.documentElement.outerHTML").lower().replace(
            "axe", ""
        )


@pytest.fixture(scope="module")
def planted(tmp_path_factory, alliance_home):
    folder = tmp_path_factory.mktemp("planted") / "export"
    write_sample(folder, families=4)
    plant_canaries(folder)
    with open_source(folder) as store:
        yield store


def test_a_file_that_asks_for_something_or_does_not_come_up_is_refused(chromium, tmp_path):
    asking = tmp_path / "asking.html"
    asking.write_text(
        "<!doctype html><div data-state=ready></div><img src='http://127.0.0.1:9/a.png'>"
    )
    with pytest.raises(DisclosureError, match="asked for something outside"):
        require_no_request(asking, str(chromium))
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><p>nothing came up</p>")
    with pytest.raises(DisclosureError, match="did not come up"):
        require_no_request(blank, str(chromium))


def test_a_browser_that_cannot_be_started_is_said(tmp_path):
    with pytest.raises(DisclosureError, match="did not open the file"):
        require_no_request(tmp_path / "any.html", str(tmp_path / "no-browser"))
