"""The page Import: choose, correct, publish, and see the heatmap; readable by everyone."""

from __future__ import annotations

import tomllib

import polars as pl
import pyreadstat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.shells.uploads import UploadDesk, uploads_folder
from tests.support.rich_service import rich_service
from tests.support.served import served
from tests.support.uploading import SHEET

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1">'
SIZES = {"laptop": (1366, 768), "phone": (390, 844)}
PATIENCE = 90_000


@pytest.fixture(scope="module")
def importing(tmp_path_factory, alliance_home):
    """A board whose store takes uploads."""
    folder = tmp_path_factory.mktemp("importing") / "store"
    with (
        rich_service().open(folder) as store,
        served(store, desk=UploadDesk(store, may_publish=True)) as running,
    ):
        yield running


def file_of(text, name="sheet.csv"):
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def choose(page, url, *files):
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}upload")
    page.locator("[data-upload][data-state=ready]").wait_for()
    page.locator("[data-files]").set_input_files(list(files))
    settled(page)


def settled(page):
    expect(page.locator("[data-upload]")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)


def total(page):
    return page.locator("[data-place=report] .total")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_has_no_violation_and_no_text_of_a_file_becomes_markup(
    new_page, importing, size, theme
):
    hostile = SHEET.replace("T2", HOSTILE).replace("F02;Mother", "F02;Lodger")
    with new_page(*SIZES[size], color_scheme=theme) as page:
        choose(page, importing.url, file_of(hostile))
        expect(page.get_by_text(HOSTILE).first).to_be_visible()
        assert page.locator("main img").count() == 0
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_file_is_corrected_published_and_seen_as_a_heatmap(new_page, importing):
    odd = SHEET.replace("Family;", "Kind;").replace("F02;Mother", "F02;Lodger")
    with new_page() as page:
        choose(page, importing.url, file_of(odd))
        page.get_by_label("What the column Kind holds").select_option(label="the family")
        settled(page)
        expect(total(page)).to_have_text("6 rows in = 5 accepted + 1 set aside")
        page.get_by_label("Role of the word Lodger").select_option(label="somebody else")
        settled(page)
        expect(total(page)).to_have_text("6 rows in = 6 accepted + 0 set aside")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as mapping.toml").click()
        assert '"Lodger" = "other"' in saving.value.path().read_text()
        page.get_by_role("button", name="Publish these data").click()
        expect(page.locator("[data-place=done]")).to_contain_text("generation 2", timeout=PATIENCE)
        page.goto(f"{importing.url}?case=F01")
        page.locator("#board[data-state=ready]").wait_for()
        expect(page.locator("[data-picture=hero] canvas").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator("h1", has_text="F01").first).to_be_visible(timeout=PATIENCE)
    assert list(uploads_folder().iterdir()) == []


PEOPLE = """\
Family;Role;Age;Index client;Referral;Clinic;Session;Session date;Therapist;Relationship;Overall
F01;Mother;grown;nei og ja;school;North;1;2026-01-05;T1;8;9
F01;Son;teen;opened;school;North;1;2026-01-05;T1;5;5
F02;Mother;grown;nei og ja;school;South;1;2026-01-06;T1;9;9
"""
"""Words that stand for nothing the board knows, and a therapist at two sites; invented people."""


def test_a_person_says_what_words_mean_and_which_column_is_the_site(new_page, importing):
    with new_page() as page:
        choose(page, importing.url, file_of(PEOPLE))
        site = page.get_by_label("What the column Clinic holds")
        expect(site).to_have_value("")
        expect(page.get_by_text("a therapist has rows of several").first).to_be_visible()
        site.select_option(label="the site of the therapist")
        settled(page)
        for word, meaning in (
            ("grown", "18-64"),
            ("teen", "13-17"),
            ("nei og ja", "no"),
            ("opened", "yes"),
            ("school", "mandated"),
        ):
            page.get_by_label(f"Meaning of the word {word}").select_option(label=meaning)
            settled(page)
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as mapping.toml").click()
        saved = tomllib.loads(saving.value.path().read_text(encoding="utf-8"))
    assert saved["map"]["age"] == {"grown": "18-64", "teen": "13-17"}
    assert saved["map"]["index"] == {"nei og ja": "false", "opened": "true"}
    assert saved["map"]["referral"] == {"school": "mandated"}
    (therapists,) = saved["table"]["therapists"]
    (members,) = saved["table"]["members"]
    assert therapists["columns"]["group_id"]["template"] == "{Clinic}"
    assert members["columns"]["age_band"]["column"] == "Age"
    assert members["columns"]["index_client"]["column"] == "Index client"


def test_one_row_is_said_as_one_and_an_spss_file_is_asked_for_no_header(
    new_page, importing, tmp_path
):
    with new_page() as page:
        choose(page, importing.url, file_of("\n".join(SHEET.splitlines()[:2]) + "\n"))
        expect(page.get_by_role("heading", name="sheet.csv: 1 row", exact=True)).to_be_visible()
        expect(total(page)).to_have_text("1 row in = 1 accepted + 0 set aside")
        expect(page.get_by_label("Rows of the header")).to_be_visible()
        file = tmp_path / "cases.sav"
        pyreadstat.write_sav(pl.DataFrame({"family": ["F1", "F2"], "srs1": [7.0, 8.0]}), file)
        page.locator("[data-files]").set_input_files(file)
        read = page.get_by_role("heading", name="cases.sav: 2 rows")
        expect(read).to_be_visible(timeout=PATIENCE)
        settled(page)
        expect(page.get_by_label("Encoding")).to_be_visible()
        for label in ("Rows of the header", "Rows above the header", "Decimal mark"):
            expect(page.get_by_label(label)).to_have_count(0)
